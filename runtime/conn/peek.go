package conn

import (
	"io"
	"syscall"
)

// Peek waits like Read, but leaves the bytes to be read. It is for sockets
// without TLS.
func (c *Conn) Peek(p []byte) (int, error) {
	h := &c.r
	h.buf, h.n = p, 0
	err := h.do(stepPeek)
	h.buf = nil
	return h.n, err
}

func stepPeek(h *half, fd int) bool {
	n, e := peek(fd, h.buf)
	switch {
	case e == syscall.EAGAIN:
		return false
	case e != 0:
		h.err = sysErr(e)
	case n == 0 && len(h.buf) > 0:
		h.err = io.EOF
	default:
		h.n = n
	}
	return true
}

// WaitReadable waits until Read would not block, or the read timeout has passed.
// It holds no buffer meanwhile. It may come back early without a byte being
// there; the Read that follows then waits. End of stream and errors count as
// readable.
func (c *Conn) WaitReadable() error {
	if c.pending() {
		return nil
	}
	return c.r.do(stepWaitReadable)
}

func stepWaitReadable(h *half, fd int) bool {
	return h.woken || !wouldBlock(fd)
}

// Alive tells whether an idle connection to a server can still be used: nothing
// has arrived, neither bytes nor an end of stream nor an error. It never waits.
func (c *Conn) Alive() bool {
	if c.closed.Load() || c.r.stop.Load() != nil {
		return false
	}
	c.r.n = 0
	return c.r.once(stepAlive) == nil && c.r.n == 1
}

// Usable is Alive for a connection that is about to be used, where it costs
// nothing: it goes by what the engine has heard, which may be a moment old.
func (c *Conn) Usable() bool {
	switch lost, _ := c.sock.lost(); {
	case lost != 0:
		return false
	case c.sock.quiet(&c.r):
		return !c.closed.Load() && c.r.stop.Load() == nil
	}
	return c.Alive()
}

func stepAlive(h *half, fd int) bool {
	if wouldBlock(fd) {
		h.n, h.took, h.drained = 1, true, true
	}
	return true
}

// wouldBlock tells whether a read of fd would have to wait.
func wouldBlock(fd int) bool {
	var b [1]byte
	_, e := peek(fd, b[:])
	return e == syscall.EAGAIN
}

// ReadNow reads what has arrived, without waiting; 0 and no error say that there is
// nothing yet. It is for sockets without TLS, with which it finds nothing.
func (c *Conn) ReadNow(p []byte) (int, error) {
	if c.layer != nil || c.closed.Load() {
		return 0, nil
	}
	h := &c.r
	h.buf, h.n = p, 0
	err := h.once(stepDrain)
	h.buf = nil
	if err != nil {
		return 0, err
	}
	c.in.Add(uint64(h.n))
	return h.n, nil
}

// Drain throws away what has arrived, up to max bytes, without waiting. A socket
// that is closed with bytes unread resets the connection, and the peer may lose
// the response to what it sent too much of.
func (c *Conn) Drain(max int, b *Buffers) {
	if c.layer != nil || c.closed.Load() || c.sock.quiet(&c.r) {
		return
	}
	p := b.Get()
	defer b.Put(p)
	for max > 0 {
		h := &c.r
		h.buf, h.n = p[:min(max, len(p))], 0
		err := h.once(stepDrain)
		h.buf = nil
		if err != nil || h.n == 0 {
			return
		}
		c.in.Add(uint64(h.n))
		max -= h.n
		if c.sock.quiet(h) {
			return
		}
	}
}

func stepDrain(h *half, fd int) bool {
	stepRead(h, fd) // would block: n stays 0
	return true
}
