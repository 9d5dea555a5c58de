package stream

import (
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
	// whole writes a message that ends with body, which has no framing.
	whole(head, body []byte) error
	// socket is the connection whose bytes are the link's alone, so that they
	// may be moved past this process; nil where others share it.
	socket() *conn.Conn
}

// wire is a connection that is a link by itself: it carries TCP, or one message
// of HTTP/1 after the other.
type wire struct{ *conn.Conn }

func (w wire) appendRequest(dst []byte, r *http.Request) []byte {
	return http1.AppendRequest(dst, r)
}

func (w wire) appendResponse(dst []byte, r *http.Response) []byte {
	return http1.AppendResponse(dst, r)
}

func (w wire) whole(head, body []byte) error {
	_, err := w.Writev(head, body, nil)
	return err
}

func (w wire) socket() *conn.Conn { return w.Conn }
