package conn

import (
	"io"
	"syscall"
)

// Peek waits like Read, but leaves the bytes to be read. It is for sockets
// without TLS.
func (c *Conn) Peek(p []byte) (int, error) {
	o := c.r.op()
	o.buf = p
	err := o.do(stepPeek)
	return o.done(), err
}

func stepPeek(o *op, fd int) bool {
	if o.ahead != nil {
		o.n, o.err = o.ahead.peek(o.buf)
		return true
	}
	n, e := peek(fd, o.buf)
	switch {
	case e == syscall.EAGAIN:
		return false
	case e != 0:
		o.err = sysErr(e)
	case n == 0 && len(o.buf) > 0:
		o.err = io.EOF
	default:
		o.n = n
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
	o := c.r.op()
	err := o.do(stepWaitReadable)
	o.done()
	return err
}

func stepWaitReadable(o *op, fd int) bool {
	return o.woken || o.ahead != nil || !wouldBlock(fd)
}

// Alive tells whether an idle connection to a server can still be used: nothing
// has arrived, neither bytes nor an end of stream nor an error. It never waits. Any
// task may ask that keeps others from using the connection meanwhile.
func (c *Conn) Alive() bool {
	if c.closed.Load() || c.stop.Load() != nil {
		return false
	}
	o := c.r.apartOp()
	err := o.once(stepAlive)
	return o.done() == 1 && err == nil
}

// Usable is Alive for a connection that is about to be used, where it costs
// nothing: it goes by what the engine has heard, which may be a moment old.
func (c *Conn) Usable() bool {
	switch lost, _ := c.sock.lost(); {
	case lost != 0:
		return false
	case c.sock.quiet(&c.r):
		return !c.closed.Load() && c.stop.Load() == nil
	}
	return c.Alive()
}

func stepAlive(o *op, fd int) bool {
	if o.ahead == nil && wouldBlock(fd) {
		o.n, o.took, o.drained = 1, true, true
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
	o := c.r.op()
	o.buf = p
	err := o.once(stepDrain)
	n := o.done()
	if err != nil {
		return 0, err
	}
	c.in.Add(uint64(n))
	return n, nil
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
		o := c.r.op()
		o.buf = p[:min(max, len(p))]
		err := o.once(stepDrain)
		n := o.done()
		if err != nil || n == 0 {
			return
		}
		c.in.Add(uint64(n))
		max -= n
		if c.sock.quiet(&c.r) {
			return
		}
	}
}

func stepDrain(o *op, fd int) bool {
	stepRead(o, fd) // would block: n stays 0
	return true
}
