package http1

import "bytes"

// cut cuts the first element off a comma-separated list and trims it.
func cut(v []byte) (element, rest []byte, more bool) {
	if i := bytes.IndexByte(v, ','); i >= 0 {
		return trim(v[:i]), v[i+1:], true
	}
	return trim(v), nil, false
}

// hasToken reports whether one of v's elements is token, in any case.
func hasToken(v []byte, token string) bool {
	for rest, more := v, true; more; {
		var e []byte
		e, rest, more = cut(rest)
		if equalFold(e, token) {
			return true
		}
	}
	return false
}

// equalFold reports whether v is s, which is in lower case, but for ASCII case.
func equalFold(v []byte, s string) bool {
	if len(v) != len(s) {
		return false
	}
	for i := range v {
		c := v[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != s[i] {
			return false
		}
	}
	return true
}
