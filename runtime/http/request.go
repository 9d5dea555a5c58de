package http

// Request is a request's head. The zero value is ready for a codec; call Reset
// before using it again.
type Request struct {
	Message
	// Method is the method's name as received or rewritten.
	Method []byte
	// MethodID is its number.
	MethodID Method
	// Target is the request target exactly as it goes on the request line.
	Target []byte
}

// Reset makes r as new and keeps its memory for the next message.
func (r *Request) Reset() {
	r.Message.reset()
	r.Method, r.MethodID, r.Target = nil, MethodOther, nil
}

// Detach copies everything that may point into the read buffer, which is then
// free for other use. It costs one copy of the head.
func (r *Request) Detach() {
	r.Fields.detach()
	r.Method, r.Target = r.arena.copy(r.Method), r.arena.copy(r.Target)
}

// Host returns the value of the Host header, nil without one.
func (r *Request) Host() []byte { return r.Value("host") }

// SetMethod replaces the method; name is copied.
func (r *Request) SetMethod(name []byte) {
	r.Method = r.arena.copy(name)
	r.MethodID = LookupMethod(name)
}

// Upgrading reports whether the client asks to leave HTTP on this connection:
// "connection: upgrade", or CONNECT.
func (r *Request) Upgrading() bool {
	return r.Flags&FlagUpgrade != 0 || r.MethodID == MethodConnect
}
