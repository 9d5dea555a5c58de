package action

import (
	"strconv"

	"gohap/runtime/core"
)

var (
	contentLength = []byte("content-length")
	contentType   = []byte("content-type")
)

// build puts headers and body into the stream's answer. A header without value
// is left out.
func (r *reply) build(s *core.Stream) {
	for i := range r.headers {
		h := &r.headers[i]
		if v := h.value.keep(s); len(v) > 0 {
			s.AddReplyField(h.name, v)
		}
	}
	body, length := r.body, r.length
	if r.kind == formatBody {
		body = s.Keep(s.Text(r.format))
		length = strconv.AppendInt(s.Scratch(20)[:0], int64(len(body)), 10)
	}
	if r.status != 204 {
		s.AddReplyField(contentLength, length)
	}
	if len(r.contentType) > 0 && len(body) > 0 {
		s.AddReplyField(contentType, r.contentType)
	}
	s.Reply.Body = body
}
