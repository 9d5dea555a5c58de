package http2

import "gohap/runtime/http"

// AppendResponse appends the HEADERS frame of r for stream s.
func (s *Stream) AppendResponse(dst []byte, r *http.Response) []byte {
	start := len(dst)
	dst = appendFrame(dst, 0, frameHeaders, flagEndHeaders, s.id)
	status := r.Status
	if status == 101 {
		status = 200 // an extended CONNECT is answered like any CONNECT
	}
	dst = appendStatus(dst, status)
	dst = appendFields(dst, &r.Fields, false)
	r.Out = r.Framing
	if r.HasBody() {
		r.Out = http.Framed
	}
	return cutHead(dst, start, s.id, s.c.peerFrameSize())
}

// appendTrailers appends the HEADERS frame that ends a message.
func (s *Stream) appendTrailers(dst []byte, f *http.Fields) []byte {
	start := len(dst)
	dst = appendFrame(dst, 0, frameHeaders, flagEndHeaders|flagEndStream, s.id)
	dst = appendFields(dst, f, false)
	return cutHead(dst, start, s.id, s.c.peer.frameSize)
}

// finishResponse makes a response of the block that was decoded into r's fields.
// It reports whether it is one.
func (b *block) finishResponse(r *http.Response, end bool) bool {
	if b.bad || b.status == 0 || b.status == 101 {
		return false
	}
	r.Version = http.Version20
	r.Status = b.status
	r.ContentLength = b.length
	r.Framing = http.Framed
	if r.Interim() || r.Status == 204 || r.Status == 304 {
		r.Framing = http.NoBody
	}
	return !end || !r.Interim()
}
