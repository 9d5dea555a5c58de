package http1

import "gohap/runtime/http"

// What transfer-encoding fields said so far (http.Scan.Coding).
const (
	codingSeen    uint8 = 1 << iota // there is such a field
	codingChunked                   // "chunked" came
	codingOther                     // something else came
)

// contentLength takes a Content-Length field: a number, or the same number
// several times over, in one field or in many. Only the first field is kept,
// with its last number as it is spelt.
func (h *head) contentLength(name, value []byte) http.Cause {
	first := h.m.ContentLength < 0
	for rest, more := value, true; more; {
		value, rest, more = cut(rest)
		n, ok := parseLength(value)
		if !ok || h.m.ContentLength >= 0 && h.m.ContentLength != n {
			return http.CauseLength
		}
		h.m.ContentLength = n
	}
	if first {
		h.m.AddRef(name, value)
	}
	return 0
}

// parseLength reads a decimal number: digits only, at most 2^63-1.
func parseLength(v []byte) (int64, bool) {
	if len(v) == 0 {
		return 0, false
	}
	var n int64
	for _, c := range v {
		d := int64(c - '0')
		if c < '0' || d > 9 || n > (1<<63-1-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// transferEncoding takes a Transfer-Encoding field. "chunked" may come once,
// and nothing may follow it but one comma.
func (h *head) transferEncoding(value []byte) bool {
	c := &h.m.Scan.Coding
	*c |= codingSeen
	for rest := value; len(rest) > 0; rest = trim(rest) {
		var e []byte
		e, rest, _ = cut(rest)
		switch {
		case *c&codingChunked != 0:
			return false
		case equalFold(e, "chunked"):
			*c |= codingChunked
		default:
			*c |= codingOther
		}
	}
	return true
}

// framing settles how the body ends, once all fields are known, for messages
// whose fields decide it. A length beside a transfer coding is dropped and the
// connection not used again: the two ends of it may not agree where the message
// ends.
func (h *head) framing() http.Cause {
	m := h.m
	switch c := m.Scan.Coding; {
	case c == 0:
		if m.ContentLength >= 0 {
			m.Framing = http.Length
		}
	case c&codingChunked == 0:
		h.at = stateData
		return http.CauseCoding
	case c&codingOther != 0:
		h.at = stateChunkSize
		return http.CauseCodingSupport
	default:
		m.Framing = http.Chunked
		if m.ContentLength >= 0 {
			m.ContentLength = -1
			m.Del("content-length")
			m.Flags |= http.FlagClose
		}
		if m.Version < http.Version11 {
			m.Flags |= http.FlagClose
		}
	}
	return 0
}
