package conn

import (
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"
)

// Conn is one connected stream socket, TCP or unix, accepted from a client or
// dialled to a server.
//
// One task may read while another writes; each direction is for one task at a
// time, and the timeouts of a direction are set by the task that uses it. Close,
// Abort, Interrupt and the counters may be used from anywhere.
//
// A Conn comes from Dial, from a Listener or from FromFD.
type Conn struct {
	sock  descriptor
	r, w  half
	layer net.Conn // above the socket: TLS

	in, out atomic.Uint64
	stop    atomic.Pointer[failure] // why nothing goes any more; by Interrupt
	closed  atomic.Bool
	shard   int32

	remote, local   netip.AddrPort // of the socket; local once haveLocal
	shown           *shownAddrs    // what is shown in their place; nil for nothing
	haveLocal, unix bool
	isParked        bool      // it waits for its peer, without a stack
	kept            bool      // by Keep
	from            *Listener // in whose limits it holds a slot; nil for none
	onClose         func()
	watch           watch
	parked          parkedConn
}

// origin is how a connection came about.
type origin uint8

const (
	fromListener origin = iota
	apart               // from a listener, to be kept off the loops
	dialled
	connecting // dialled, but not there yet
)

// use has the connection work through d.
func (c *Conn) use(d descriptor) {
	c.sock = d
	c.r.c, c.w.c, c.w.sends = c, c, true
}

// Read reads what is there, at least one byte, into p, waiting as long as the
// read timeout allows. It gives io.EOF when the peer has shut down its side.
func (c *Conn) Read(p []byte) (int, error) {
	if c.layer != nil {
		return c.layer.Read(p)
	}
	return c.readRaw(p)
}

func (c *Conn) readRaw(p []byte) (int, error) {
	o := c.r.op()
	o.buf = p
	err := o.do(stepRead)
	n := o.done()
	if err != nil {
		return 0, err
	}
	c.in.Add(uint64(n))
	return n, nil
}

func stepRead(o *op, fd int) bool {
	if o.ahead != nil {
		o.n, o.err = o.ahead.take(o.buf)
		return true
	}
	if o.ended && len(o.buf) > 0 {
		o.err = io.EOF
		return true
	}
	switch n, e := recv(fd, o.buf); {
	case n > 0:
		o.n, o.took, o.drained, o.size = n, true, n < len(o.buf), small
		if n >= aheadSize {
			o.size = bulk
		}
	case e == syscall.EAGAIN:
		return false
	case e != 0:
		o.err = sysErr(e)
	case len(o.buf) > 0:
		o.err = io.EOF
	}
	return true
}

// Write writes all of p. With an error, the count tells how much the kernel had
// taken before; no more can be written then. The write timeout restarts each
// time the peer takes something. A few bytes may go out only when the task waits
// for something: what then goes wrong is told by the next operation.
func (c *Conn) Write(p []byte) (int, error) {
	if c.layer != nil {
		return c.layer.Write(p)
	}
	return c.writeRaw(p)
}

func (c *Conn) writeRaw(p []byte) (int, error) {
	if c.later(p, nil, nil, 0) {
		return len(p), nil
	}
	if err := c.settle(false); err != nil {
		return 0, err
	}
	o := c.w.op()
	o.buf = p
	err := o.do(stepWrite)
	n := o.done()
	c.out.Add(uint64(n))
	return n, err
}

func stepWrite(o *op, fd int) bool {
	for o.n < len(o.buf) {
		switch n, e := send(fd, o.buf[o.n:], 0); {
		case n > 0:
			o.sent(n)
		case e == syscall.EINTR:
		case e == syscall.EAGAIN:
			o.h.blocked = true
			return false
		case e != 0:
			o.err = sysErr(e)
			return true
		}
	}
	return true
}

// SetReadTimeout bounds how long each later Read or WaitReadable may wait; zero
// or less takes the bound away. Bytes that another task sends on the connection
// meanwhile restart it, unless Independent says otherwise. Setting it costs next
// to nothing.
func (c *Conn) SetReadTimeout(d time.Duration) { c.r.setTimeout(d) }

// SetWriteTimeout bounds how long each later write may wait for the peer to take
// more bytes; zero or less takes the bound away.
func (c *Conn) SetWriteTimeout(d time.Duration) { c.w.setTimeout(d) }

// setTimeout stores only what changes: an atomic store costs as much as a lock.
func (h *half) setTimeout(d time.Duration) {
	if ms := millis(d); h.timeout.Load() != ms {
		h.timeout.Store(ms)
	}
}

// SetReadDeadlineAt sets the moment, on the clock of Now, at which reads fail
// with ErrTimeout; zero takes it away. It holds beside the timeout: the earlier
// counts. It is for what may take so long in all, such as a request's headers.
func (c *Conn) SetReadDeadlineAt(ms int64) { c.r.deadline = ms }

// SetWriteDeadlineAt is SetReadDeadlineAt for writes.
func (c *Conn) SetWriteDeadlineAt(ms int64) { c.w.deadline = ms }

// Independent has the read timeout disregard what is sent ("option
// independent-streams").
func (c *Conn) Independent(on bool) { c.r.lonely = on }

// millis rounds up, so that a timeout is never shorter than asked for.
func millis(d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

// Interrupt makes operations on c, the waiting ones and all later ones, fail
// with ErrAborted until Resume. Any task may call it.
func (c *Conn) Interrupt() {
	c.stop.Store(ErrAborted.(*failure))
	c.sock.nudge(&c.r)
	c.sock.nudge(&c.w)
}

// Resume ends an Interrupt.
func (c *Conn) Resume() {
	c.stop.Store(nil)
}

// CloseWrite tells the peer that nothing more comes (FIN); reading goes on.
func (c *Conn) CloseWrite() error {
	if l, ok := c.layer.(interface{ CloseWrite() error }); ok {
		return l.CloseWrite()
	}
	return c.shutdown(syscall.SHUT_WR)
}

func (c *Conn) shutdown(how int) error {
	if how == syscall.SHUT_WR && c.finLater() {
		return nil
	}
	if err := c.settle(how != syscall.SHUT_RD); err != nil {
		return err
	}
	return c.control(func(fd int) error { return syscall.Shutdown(fd, how) })
}

// Close closes the connection; operations that wait on it fail with ErrClosed.
// What was written still goes out, unless NoLinger was set. Closing twice does
// nothing.
func (c *Conn) Close() error {
	c.close(nil)
	return nil
}

// close is Close by a task of the loop at, which may leave the rest to the end of its
// turn; nil is for any other.
func (c *Conn) close(at *loop) {
	if c.closed.Swap(true) {
		return
	}
	c.unwatch()
	if c.layer != nil {
		c.layer.Close()
	}
	c.sock.close(at)
	if c.from != nil {
		release(c.from.limits)
	}
	if f := c.onClose; f != nil {
		f()
	}
}

// Abort closes at once and throws away what was not sent: the peer gets a RST.
func (c *Conn) Abort() error {
	c.NoLinger()
	return c.Close()
}

// Closed tells whether Close or Abort was called.
func (c *Conn) Closed() bool { return c.closed.Load() }

// Keep says that tasks may still ask things of the connection when it has been closed,
// so that its memory cannot serve another one. Without it nobody but the handler may.
func (c *Conn) Keep() { c.kept = true }

// OnClose has f run once, when the connection is closed, in the task that closes
// it. Functions add up and run latest first. It must be called before the
// connection is shared between tasks.
func (c *Conn) OnClose(f func()) {
	prev := c.onClose
	if prev == nil {
		c.onClose = f
		return
	}
	c.onClose = func() { f(); prev() }
}

// BytesIn counts the bytes received from the socket so far.
func (c *Conn) BytesIn() uint64 { return c.in.Load() }

// BytesOut counts the bytes that the kernel took for sending so far.
func (c *Conn) BytesOut() uint64 { return c.out.Load() }

// Move has the connection belong to another shard. Nobody may use it meanwhile.
// A stream that takes an idle connection moves it to the shard of its client.
func (c *Conn) Move(shard int) {
	if int(c.shard) != shard {
		c.sock.move(c, shard)
	}
}

// Shard is the index, below Threads(), of the worker that the connection belongs
// to: the index for counters kept per worker.
func (c *Conn) Shard() int { return int(c.shard) }

// control runs f on the descriptor, which stays open meanwhile.
func (c *Conn) control(f func(fd int) error) error { return c.sock.control(f) }
