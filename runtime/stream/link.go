package stream

import (
	"crypto/rand"
	"encoding/base64"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// link is what one side of a stream comes and goes over: a connection, or one
// of the streams that share one. The methods in capitals are those of
// [conn.Conn] and wait as these do.
type link interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Writev(a, b, d []byte) (int, error)
	Peek(p []byte) (int, error)
	SetReadTimeout(d time.Duration)
	SetWriteTimeout(d time.Duration)
	SetReadDeadlineAt(ms int64)
	Interrupt()
	Resume()
	Watch(mode conn.WatchMode, f func())
	Unwatch()

	// appendRequest and appendResponse append a head in the link's protocol, and
	// set in it how the body is to be framed.
	appendRequest(dst []byte, r *http.Request) []byte
	appendResponse(dst []byte, r *http.Response) []byte
	// finish writes head and body as they are, and what ends the message where
	// the link's protocol does that: with trailers, which may be nil.
	finish(head, body []byte, trailers *http.Fields) error
	// trailers are what came after a body of the framing [http.Framed].
	trailers() *http.Fields
	// here and over tell of a body of that framing, without waiting, that a read
	// would give something or its end, and that it would give its end.
	here() bool
	over() bool
	// closeWrite ends what is sent over the link, and leaves the other way open.
	closeWrite() error
	// socket is the connection whose bytes are the link's alone, so that they
	// may be moved past this process; nil where others share it.
	socket() *conn.Conn
}

// wire is a connection that is a link by itself: it carries TCP, or one message
// of HTTP/1 after the other.
type wire struct{ *conn.Conn }

func (w wire) appendRequest(dst []byte, r *http.Request) []byte {
	if r.Is(http.FlagWebSocket|http.FlagComposed) && !r.Has(webSocketKey) {
		r.Add(webSocketKey, newWebSocketKey())
	}
	return http1.AppendRequest(dst, r)
}

func (w wire) appendResponse(dst []byte, r *http.Response) []byte {
	return http1.AppendResponse(dst, r)
}

func (w wire) finish(head, body []byte, _ *http.Fields) error {
	_, err := w.Writev(head, body, nil)
	return err
}

// webSocketKey is the field that a WebSocket's client has to send in HTTP/1, and
// cannot have sent in HTTP/2.
const webSocketKey = "Sec-Websocket-Key"

func newWebSocketKey() []byte {
	var key [16]byte
	rand.Read(key[:])
	return base64.StdEncoding.AppendEncode(nil, key[:])
}

func (w wire) closeWrite() error { return w.CloseWrite() }

func (w wire) trailers() *http.Fields { return nil }

func (w wire) here() bool { return false }

func (w wire) over() bool { return false }

func (w wire) socket() *conn.Conn { return w.Conn }
