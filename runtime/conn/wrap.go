package conn

import (
	"net"
	"time"
)

// Wrap puts a layer such as TLS on top of the connection: f gets the bare socket
// as a net.Conn and gives what reads and writes are to go through from now on.
// The socket's timeouts keep working below it. A wrapped connection is never
// spliced. It must be called while nobody reads or writes.
//
// WaitReadable needs to know whether the layer holds bytes that the socket no
// longer shows: a layer may have a method Pending() bool that tells. One without
// makes WaitReadable return at once, and the wait takes place in Read.
func (c *Conn) Wrap(f func(net.Conn) net.Conn) {
	c.layer = f((*socket)(c))
}

// Layer is what Wrap put on top, or nil.
func (c *Conn) Layer() net.Conn { return c.layer }

// pending tells whether the layer may have bytes for Read.
func (c *Conn) pending() bool {
	if c.layer == nil {
		return false
	}
	l, ok := c.layer.(interface{ Pending() bool })
	return !ok || l.Pending()
}

// socket is the net.Conn that a layer sees.
type socket Conn

func (s *socket) Read(p []byte) (int, error)  { return (*Conn)(s).readRaw(p) }
func (s *socket) Write(p []byte) (int, error) { return (*Conn)(s).writeRaw(p) }

// Close does nothing: the Conn closes the socket after its layer.
func (s *socket) Close() error { return nil }

// CloseWrite shuts down the socket's sending side.
func (s *socket) CloseWrite() error { return (*Conn)(s).shutdown(1) }

func (s *socket) LocalAddr() net.Addr  { return netAddr((*Conn)(s).Local()) }
func (s *socket) RemoteAddr() net.Addr { return netAddr((*Conn)(s).Remote()) }

func (s *socket) SetDeadline(t time.Time) error {
	s.SetReadDeadline(t)
	return s.SetWriteDeadline(t)
}

func (s *socket) SetReadDeadline(t time.Time) error {
	(*Conn)(s).SetReadDeadlineAt(onClock(t))
	return nil
}

func (s *socket) SetWriteDeadline(t time.Time) error {
	(*Conn)(s).SetWriteDeadlineAt(onClock(t))
	return nil
}

// onClock moves a time onto the clock of Now.
func onClock(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(1, Now()+int64(time.Until(t)/time.Millisecond))
}
