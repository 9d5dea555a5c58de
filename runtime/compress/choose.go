package compress

import "bytes"

// Choose returns the algorithm for a client, of those offered, the preferred one
// first: accept gives the values of its Accept-Encoding headers, one a call. What
// the client weighs highest wins, and of equals what it names first. "*" stands
// for the first of those offered. Identity needs no naming; named tells whether
// the result was. Choose allocates nothing.
func Choose(offered []Algorithm, accept func() ([]byte, bool)) (best Algorithm, named bool) {
	weight := 0
	for value, ok := accept(); ok; value, ok = accept() {
		for len(value) > 0 {
			var part []byte
			part, value = cut(value, ',')
			token, params := cut(part, ';')
			q := quality(params)
			if q <= weight {
				continue
			}
			if a := find(offered, token); a != None {
				best, weight = a, q
			}
		}
	}
	if best == None {
		for _, a := range offered {
			if a == Identity {
				return Identity, false
			}
		}
	}
	return best, best != None
}

// find finds what a client names.
func find(offered []Algorithm, token []byte) Algorithm {
	if len(offered) > 0 && len(token) == 1 && token[0] == '*' {
		return offered[0]
	}
	for _, a := range offered {
		if bytes.EqualFold(token, a.Token()) {
			return a
		}
	}
	return None
}

// cut splits at a byte, and takes the blanks off the part before it.
func cut(b []byte, sep byte) (part, rest []byte) {
	part = b
	if i := bytes.IndexByte(b, sep); i >= 0 {
		part, rest = b[:i], b[i+1:]
	}
	return bytes.TrimSpace(part), rest
}

// quality reads the q parameter, in thousandths; without one, or with one that is
// no number, it is 1.
func quality(params []byte) int {
	for len(params) > 0 {
		var p []byte
		p, params = cut(params, ';')
		if len(p) < 3 || p[0]|0x20 != 'q' || p[1] != '=' || p[2] < '0' || p[2] > '9' {
			continue
		}
		q := int(p[2]-'0') * 1000
		scale := 100
		for i := 4; i < len(p) && scale > 0 && p[3] == '.' && p[i] >= '0' && p[i] <= '9'; i++ {
			q += int(p[i]-'0') * scale
			scale /= 10
		}
		return min(q, 1000)
	}
	return 1000
}

// OldBrowser reports whether a User-Agent is one of those that say that they
// understand compression and do not: what calls itself Mozilla/4, but Internet
// Explorer 6 of Windows XP's second service pack and Internet Explorer 7 and
// later.
func OldBrowser(agent []byte) bool {
	rest, ok := bytes.CutPrefix(agent, []byte("Mozilla/4"))
	if !ok {
		return false
	}
	i := bytes.Index(rest, []byte("MSIE "))
	if i < 0 || i+5 >= len(rest) {
		return true
	}
	switch version := rest[i+5]; {
	case version < '6':
		return version != '1' // 10 and later
	case version == '6':
		return !bytes.Contains(rest, []byte("SV1"))
	}
	return false
}
