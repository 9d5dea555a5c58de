package stream

// outcome is what a phase leaves behind.
type outcome uint8

const (
	// goOn enters the next phase.
	goOn outcome = iota
	// answered: the client has an answer of the proxy's own, or will get
	// none; the stream ends, and its connection may serve another request.
	answered
	// done: the response was forwarded to its end.
	done
	// tunnelled: the connections go to a relay, which ends the stream.
	tunnelled
	// upgraded: a TCP session turns out to be HTTP.
	upgraded
	// preface: the client does not send a request, but goes on in HTTP/2.
	preface
	// broken: the client's connection must be closed.
	broken
)

// Causes and states of termination, the two letters of %ts (configuration.txt
// 8.5).
const (
	byClient   = 'C' // the client aborted
	byServer   = 'S' // the server aborted or refused
	byProxy    = 'P' // the proxy refused: deny, limits, bad messages
	byLocal    = 'L' // the proxy answered by itself
	byResource = 'R' // a resource ran out
	byInternal = 'I' // an internal error
	byDown     = 'D' // the server went down, on-marked-down shutdown-sessions
	byUp       = 'U' // a better server came up
	byKill     = 'K' // an administrator ended it
	clientTime = 'c' // the client timed out
	serverTime = 's' // the server timed out

	inRequest = 'R' // reading the request
	inQueue   = 'Q'
	inConnect = 'C'
	inHeaders = 'H' // waiting for the response's headers
	inData    = 'D' // forwarding
	inLast    = 'L' // sending the last bytes
	inTarpit  = 'T'
)

// terminate notes why and where the stream ended; the first to tell is right.
func (st *stream) terminate(cause, state byte) {
	if st.Log.Cause == 0 {
		st.Log.Cause, st.Log.State = cause, state
	}
}
