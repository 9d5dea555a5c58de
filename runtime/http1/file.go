package http1

import "gohap/runtime/http"

// ParseFile reads the head of a response that stands in a file rather than on a
// connection: an errorfile. It is more lenient than [ParseResponse] about what
// only matters on a connection: any status and any version pass, the latter with
// r.Protocol set unless it ends in "/d.d". The head must be complete within b, or
// n is 0; it may fill all of b.
//
// r.Framing is Chunked when chunks are announced, Length with r.ContentLength
// when a length is, else UntilClose.
func ParseFile(b []byte, r *http.Response) (n int, err error) {
	o := Options{BufSize: len(b) + 1}
	h := head{b: b, m: &r.Message, o: &o, status: 500, kind: file}
	h.restart()
	state, cause := h.statusLine(sStart, r)
	if cause == 0 && state == sLine {
		state, cause = h.lines(sLine)
	}
	if cause != 0 {
		return h.fail(cause, h.i)
	}
	if state != sDone {
		return 0, nil
	}
	switch {
	case r.Scan.Coding&codingChunked != 0:
		r.Framing = http.Chunked
	case r.ContentLength >= 0:
		r.Framing = http.Length
	default:
		r.Framing = http.UntilClose
	}
	return h.i, nil
}

// StoredSize returns how many bytes HAProxy's in-memory form of r takes with a
// body of that many bytes. It has to fit into tune.bufsize.
func StoredSize(r *http.Response, body int) int {
	size := storedSize(&r.Message, len("HTTP/d.d")+len("ddd")+len(r.Reason))
	if body > 0 {
		size += perLine + body
	}
	return size
}
