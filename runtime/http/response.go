package http

// Response is a response's head. The zero value is ready for a codec; call
// Reset before using it again.
type Response struct {
	Message
	// Status is the code, 100 to 999.
	Status int
	// Reason is the text after the code; may be empty.
	Reason []byte
}

// Reset makes r as new and keeps its memory for the next message.
func (r *Response) Reset() {
	r.Message.reset()
	r.Status, r.Reason = 0, nil
}

// Detach copies everything that may point into the read buffer, which is then
// free for other use.
func (r *Response) Detach() {
	r.Fields.detach()
	r.Reason = r.arena.copy(r.Reason)
}

// SetStatus replaces the code, and the reason by the usual one for it (see
// [Reason]).
func (r *Response) SetStatus(code int) {
	r.Status = code
	r.Reason = r.arena.copyString(Reason(code))
}

// SetReason replaces the reason; text is copied.
func (r *Response) SetReason(text []byte) { r.Reason = r.arena.copy(text) }

// Interim reports whether the response is a 1xx other than 101: another one
// follows it.
func (r *Response) Interim() bool {
	return r.Status >= 100 && r.Status < 200 && r.Status != 101
}
