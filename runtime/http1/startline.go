package http1

import "gohap/runtime/http"

// blankLines skips blank lines before a start line, which it marks. It returns
// where the start line begins, -1 while b has nothing else, or not ok.
func (h *head) blankLines() (start int, ok bool) {
	b, i := h.b, 0
	for i < len(b) && (b[i] == '\n' || b[i] == '\r') {
		if b[i] == '\r' {
			if i+1 == len(b) {
				return -1, true
			}
			if b[i+1] != '\n' {
				h.i = i + 1
				return 0, false
			}
			i++
		}
		i++
	}
	if i == len(b) {
		return -1, true
	}
	h.mark, h.m.Scan.Start = i, i
	return i, true
}

// lineEnd takes the end of a start line at h.i. It returns sLine with h.i behind
// it, or state, with h.i as it was, when its LF is still missing.
func (h *head) lineEnd(state uint8) (uint8, http.Cause) {
	b, i := h.b, h.i
	cr := b[i] == '\r'
	if cr {
		if i++; i == len(b) {
			return state, 0
		}
	}
	if b[i] == '\n' {
		h.i = i + 1
		return sLine, 0
	}
	if h.i = i; !cr {
		h.at = stateRequestVersion
		return 0, http.CauseVersion
	}
	if h.at = stateRequestLineEnd; h.kind == response {
		h.at = stateResponseLineEnd
	}
	return 0, http.CauseLoneCR
}

// inVersion reports whether c may be part of a protocol version.
func inVersion(c byte) bool {
	return 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '/' || c == '.'
}

// version takes a protocol version: "HTTP/d.d", or anything alike where invalid
// messages are accepted; what does not end in d.d then counts as HTTP/0.0.
func (h *head) version(v []byte) bool {
	m := h.m
	m.Version, m.Protocol = 0, nil
	numbered := len(v) == len("HTTP/d.d") && v[4] == '/' && v[6] == '.' && v[5]-'0' <= 9 && v[7]-'0' <= 9
	if numbered {
		m.Version = http.MakeVersion(v[5]-'0', v[7]-'0')
		if string(v[:5]) == "HTTP/" {
			return true
		}
	}
	if h.kind == file {
		if !numbered {
			m.Protocol = v
		}
		return true
	}
	if !h.o.AcceptInvalid {
		return false
	}
	m.Protocol = v
	m.Flags |= http.FlagInvalid
	return true
}

// isBlank reports whether c separates the parts of a start line.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }
