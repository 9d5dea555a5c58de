package http

import "bytes"

// Element cuts the first element off a comma-separated header value and
// returns it without surrounding blanks, with what follows the comma. Commas
// inside quoted strings do not count. more is false when element was the last.
func Element(value []byte) (element, rest []byte, more bool) {
	end := elementEnd(value)
	if end == len(value) {
		return trim(value), nil, false
	}
	return trim(value[:end]), value[end+1:], true
}

// elementEnd returns where the first comma outside quotes is, len(v) if nowhere.
func elementEnd(v []byte) int {
	comma := bytes.IndexByte(v, ',')
	if comma < 0 {
		return len(v)
	}
	if bytes.IndexByte(v[:comma], '"') < 0 {
		return comma
	}
	quoted := false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			return i
		}
	}
	return len(v)
}

// trim removes spaces and tabs around v.
func trim(v []byte) []byte {
	for len(v) > 0 && isBlank(v[0]) {
		v = v[1:]
	}
	for len(v) > 0 && isBlank(v[len(v)-1]) {
		v = v[:len(v)-1]
	}
	return v
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
