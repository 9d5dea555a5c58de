package http2

import (
	"errors"
	"fmt"
)

// Code says why a stream or a connection ends (RFC 9113, section 7).
type Code uint32

// The codes.
const (
	NoError Code = iota
	ProtocolError
	InternalError
	FlowControlError
	SettingsTimeout
	StreamClosed
	FrameSizeError
	RefusedStream
	Cancel
	CompressionError
	ConnectError
	EnhanceYourCalm
	InadequateSecurity
	HTTP11Required
)

var codeNames = [...]string{
	"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
	"STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
	"CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
}

// String returns the code's name in the RFC.
func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("code %d", uint32(c))
}

// ConnError is why this end gave a connection up.
type ConnError struct{ Code Code }

func (e *ConnError) Error() string { return "http2: connection error " + e.Code.String() }

// connErrors has one error for each code, so that returning one costs nothing.
var connErrors = func() (t [HTTP11Required + 1]ConnError) {
	for i := range t {
		t[i].Code = Code(i)
	}
	return t
}()

func connError(c Code) error { return &connErrors[c] }

// ErrGone says that the connection takes no more requests: the peer has said
// GOAWAY, or the request came after it. Nothing was done about the request.
var ErrGone = errors.New("http2: the peer takes no more streams")

// ErrRefused says that the peer refused a stream before it did anything about it.
var ErrRefused = errors.New("http2: stream refused")

// ErrHungUp says that the peer closed the connection while the stream was open.
var ErrHungUp = errors.New("http2: connection closed by peer")

// ErrMalformed says that the peer's message breaks HTTP's rules.
var ErrMalformed = errors.New("http2: malformed message")
