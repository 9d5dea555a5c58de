package http

import "fmt"

// Cause says what is wrong with a message that was refused.
type Cause uint8

// The causes, one for each rule that a codec enforces.
const (
	CauseNone          Cause = iota
	CauseTooLarge            // the head does not fit into its limit
	CauseTooMany             // more fields than tune.http.maxhdr allows
	CauseStartLine           // the start line is not one
	CauseMethod              // a byte that no method may have
	CauseTarget              // a byte that no target may have, or a target too long
	CauseVersion             // not "HTTP/" digit "." digit
	CauseStatus              // not three digits
	CauseName                // a byte that no field name may have, or no colon
	CauseLoneCR              // a CR that no LF follows
	CauseFold                // a continuation line with nothing to continue
	CauseLength              // Content-Length that is no number, or two that differ
	CauseCoding              // a transfer coding out of place
	CauseCodingSupport       // a transfer coding before "chunked"
	CauseHost                // two Hosts that differ, or one that differs from the target's authority
	CauseUpgrade             // a 101 that nobody asked for
	CauseWebSocket           // a WebSocket handshake without its key
	CauseChunk               // a chunk size or its line end
	CauseTrailer             // a trailer that is no header field
	CausePayload             // a payload of an old request that should have none
)

var causeTexts = [...]string{
	CauseNone:          "no error",
	CauseTooLarge:      "message head too large",
	CauseTooMany:       "too many header fields",
	CauseStartLine:     "malformed start line",
	CauseMethod:        "invalid character in method",
	CauseTarget:        "invalid character in request target",
	CauseVersion:       "invalid protocol version",
	CauseStatus:        "invalid status code",
	CauseName:          "invalid header name",
	CauseLoneCR:        "carriage return without line feed",
	CauseFold:          "continuation line without header",
	CauseLength:        "invalid or conflicting content-length",
	CauseCoding:        "invalid transfer-encoding",
	CauseCodingSupport: "unsupported transfer-encoding",
	CauseHost:          "conflicting host",
	CauseUpgrade:       "unexpected protocol switch",
	CauseWebSocket:     "invalid websocket handshake",
	CauseChunk:         "invalid chunk",
	CauseTrailer:       "invalid trailer",
	CausePayload:       "payload of an HTTP/1.0 request that has none",
}

// String describes the cause in a few words.
func (c Cause) String() string { return causeTexts[c] }

// Error is why a codec refuses a message. It lives in the message: copy what
// has to outlast it.
type Error struct {
	Cause Cause
	// Pos is the offset of the offending byte from the start of the input.
	Pos int
	// State is where in its grammar the codec was, in the words of HAProxy's
	// "show errors"; may be empty.
	State string
	// Status is what to answer: to the sender of a request, or (502) instead of
	// a response.
	Status int
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("%s at position %d", e.Cause, e.Pos) }
