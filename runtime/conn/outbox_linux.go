package conn

import (
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// outbox is what the tasks of a loop have written in its turn and the kernel does
// not have yet. It goes out at the end of the turn, one send after the other: the
// kernel's way from a send to the peer's socket is as much code as a core keeps at
// hand, and so is a stream's. Taking turns between the two for each request, both
// would be fetched anew each time.
type outbox struct {
	list  []outgoing
	bytes []byte // of list's, one after the other
}

// outgoing is a write. The descriptor is held until it is done.
type outgoing struct {
	d     *loopDescriptor
	n     int
	flags int
	// fin says that the descriptor is shut down afterwards.
	fin bool
	// submitted says that the ring has done it, sent what came of that.
	submitted bool
	sent      int32
}

const (
	// maxLater is up to how many bytes of a write wait: copying more costs more
	// than is won.
	maxLater = 4 << 10
	// outboxSize and outboxSends bound what waits. Beyond some tens of sends in a
	// row nothing is won either, and answers get late.
	outboxSize  = 64 << 10
	outboxSends = 64
)

// later has a write wait for the end of the turn. It gives false where it has to
// be done at once: large ones, those on connections that have failed or whose peer
// is behind, and all that no loop serves.
func (c *Conn) later(a, b, e []byte, flags int) bool {
	d, ok := c.sock.(*loopDescriptor)
	h, n := &c.w, len(a)+len(b)+len(e)
	if !ok || !d.isServed() || n == 0 || n > maxLater {
		return false
	}
	l := d.loop.Load()
	o := &l.out
	if len(o.list) >= outboxSends || len(o.bytes)+n > outboxSize {
		l.flush(nil) // before the look at what is owed: it may become so here
	}
	if !h.more && h.edges.Load() == h.seen || c.stop.Load() != nil || d.gone.Load()&uint32(WatchReset) != 0 || d.owed.Load() != nil {
		return false
	}
	if o.bytes == nil {
		o.bytes = make([]byte, 0, outboxSize)
	}
	if k := len(o.list) - 1; k >= 0 && o.list[k].d == d {
		o.list[k].n += n
		o.list[k].flags = flags
	} else if d.hold() {
		o.list = append(o.list, outgoing{d: d, n: n, flags: flags})
		d.queued++
	} else {
		return false
	}
	o.bytes = append(append(append(o.bytes, a...), b...), e...)
	h.sent()
	c.out.Add(uint64(n))
	return true
}

// finLater has the connection shut down when what was written goes out. It gives false
// where that has gone out already.
func (c *Conn) finLater() bool {
	d, ok := c.sock.(*loopDescriptor)
	if !ok || d.queued == 0 {
		return false
	}
	o := &d.loop.Load().out
	s := &o.list[len(o.list)-1]
	if s.d != d {
		return false
	}
	s.fin = true
	return true
}

// flush sends what waits. The descriptor that is about to be shut down, nil for
// none, and those that are closed by now get their last bytes with the FIN.
func (l *loop) flush(ending *loopDescriptor) {
	o := &l.out
	if len(o.list) == 0 {
		return
	}
	if l.uring != nil && len(o.list) > 1 {
		l.submitSends(ending)
	}
	p := o.bytes
	for i := range o.list {
		s := &o.list[i]
		d, rest := s.d, p[:s.n]
		p = p[s.n:]
		d.queued--
		last := s.last(ending)
		sent := false
		switch {
		case !s.submitted:
			sent = d.sendAll(rest, s.flags)
		case s.sent >= 0:
			sent = d.sendAll(rest[s.sent:], s.flags)
		case refused(s.sent) || s.sent == -int32(syscall.EAGAIN):
			sent = d.sendAll(rest, s.flags)
		default:
			d.owe(rest, syscall.Errno(-s.sent))
		}
		if sent && (last || s.fin) {
			// To close it with bytes unread would throw away what is held back.
			shutdown(d.fd, unix.SHUT_WR)
		}
		if !sent && s.fin {
			d.owesFIN()
		}
		d.dropOn(l)
		l.bury(d)
		*s = outgoing{}
	}
	o.list, o.bytes = o.list[:0], o.bytes[:0]
}

// last tells whether the descriptor is closed when s has gone out, the last of its; it
// has what FINs follow held back.
func (s *outgoing) last(ending *loopDescriptor) bool {
	d := s.d
	last := d.queued == 0 && d.refs.Load()&closing != 0 && d.gone.Load()&abortive == 0
	if last || d.queued == 0 && d == ending || s.fin {
		s.flags |= msgMore
	}
	return last
}

// submitSends has the kernel do all sends at once, but for those of descriptors with
// several: where it does not take all of one, the next must not go out.
func (l *loop) submitSends(ending *loopDescriptor) {
	p := l.out.bytes
	for i := range l.out.list {
		s := &l.out.list[i]
		if d := s.d; d.queued == 1 && d.owed.Load() == nil {
			d.queued = 0
			s.last(ending)
			d.queued = 1
			l.uring.add(uringSend, d.fd, p[:s.n], s.flags|unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT)
			s.submitted = true
		}
		p = p[s.n:]
	}
	l.uring.submit()
	k := 0
	for i := range l.out.list {
		if s := &l.out.list[i]; s.submitted {
			s.sent = l.uring.res[k]
			k++
		}
	}
}

// sendAll sends p, and leaves what the kernel does not take at once. It tells whether it
// has taken all.
func (d *loopDescriptor) sendAll(p []byte, flags int) bool {
	if o := d.owed.Load(); o != nil { // what was written before comes first
		if o.err == nil {
			d.owed.Store(&owed{bytes: append(o.bytes, p...), fin: o.fin})
		}
		return false
	}
	for len(p) > 0 {
		n, e := send(d.fd, p, flags)
		switch {
		case n > 0:
			p = p[n:]
		case e == syscall.EINTR:
		default:
			d.owe(p, e)
			return false
		}
	}
	return true
}

// pay sends what is owed, now that the kernel has room. The loop calls it: the task that
// has written it may wait for something else.
func (d *loopDescriptor) pay(o *owed) {
	if o.err != nil || !d.hold() {
		return
	}
	d.owed.Store(nil)
	switch sent := d.sendAll(o.bytes, 0); { // which may owe the rest
	case sent && o.fin:
		shutdown(d.fd, unix.SHUT_WR)
	case o.fin:
		d.owesFIN()
	}
	d.drop()
}

// owed is what the kernel did not take at the end of a turn, or why it never will.
type owed struct {
	bytes []byte
	fin   bool // the connection is to be shut down afterwards
	err   error
}

// owesFIN has the connection shut down when what is owed has gone out.
func (d *loopDescriptor) owesFIN() {
	if o := d.owed.Load(); o != nil && o.err == nil {
		d.owed.Store(&owed{bytes: o.bytes, fin: true})
	}
}

// owe leaves p for the next operation on the connection. Where it has failed, who
// waits for the peer's answer hears of it.
func (d *loopDescriptor) owe(p []byte, e syscall.Errno) {
	if e == syscall.EAGAIN {
		d.owed.Store(&owed{bytes: append([]byte(nil), p...)})
		return
	}
	d.owed.Store(&owed{err: sysErr(e)})
	r := &d.c.r
	r.more = true
	r.event.signal(d.loop.Load())
}

// settle has the kernel take what was written before, and waits for that. It is
// for the task that writes. ending says that the connection is about to be shut
// down.
func (c *Conn) settle(ending bool) error {
	d, ok := c.sock.(*loopDescriptor)
	if !ok {
		return nil
	}
	if d.queued > 0 {
		last := d
		if !ending {
			last = nil
		}
		d.loop.Load().flush(last)
	}
	o := d.owed.Load()
	if o == nil {
		return nil
	}
	if o.err == nil {
		d.owed.Store(nil) // it is this task's from here on
		w := c.w.op()
		w.buf = o.bytes
		err := w.do(stepWrite)
		w.done()
		if err != nil {
			d.owed.Store(&owed{err: err})
		} else if o.fin {
			shutdown(d.fd, unix.SHUT_WR)
		}
		return err
	}
	return o.err
}

// Flush has the system take what was written, as far as it does at once. A connection
// that another loop's task may use next needs it; it is for the task that writes.
func (c *Conn) Flush() {
	if d, ok := c.sock.(*loopDescriptor); ok && d.queued > 0 {
		d.loop.Load().flush(nil)
	}
}

// abortive has a close throw away what was not sent.
func (c *Conn) abortive() {
	if d, ok := c.sock.(*loopDescriptor); ok {
		d.gone.Or(abortive)
	}
}

// settled is settle for who must not wait: it tells whether the kernel has all that
// was written. Any task may ask; those of other loops get no for an answer.
func (c *Conn) settled() bool {
	d, ok := c.sock.(*loopDescriptor)
	if !ok || !d.isServed() {
		return true
	}
	if here() != d.loop.Load() {
		return false
	}
	c.Flush()
	return d.owed.Load() == nil
}

// failed is why what was written could not be sent, nil for no such thing. It is
// for the connection's reader, who may learn it only there.
func (d *loopDescriptor) failed() error {
	if o := d.owed.Load(); o != nil {
		return o.err
	}
	return nil
}

// lingerFor bounds how long a closed connection without a timeout waits for its
// peer to take what was written.
const lingerFor = time.Minute

// linger closes the descriptor when the peer has taken what is owed to it, as the
// system does with what it has taken.
func (d *loopDescriptor) linger(p []byte) {
	epollCtl(d.loop.Load().epoll, unix.EPOLL_CTL_DEL, d.fd, nil)
	wait := lingerFor
	if ms := d.c.w.timeout.Load(); ms > 0 {
		wait = time.Duration(ms) * time.Millisecond
	}
	f := os.NewFile(uintptr(d.fd), "")
	f.SetWriteDeadline(time.Now().Add(wait))
	lingering.Go(func() {
		f.Write(p)
		f.Close()
	})
}

// lingering are the closed connections that wait for their peers.
var lingering sync.WaitGroup

// Settle waits until the system has what was written on connections that are closed by
// now: a process that ends calls it, in no task.
func Settle() {
	if all := loops.all.Load(); all != nil {
		for _, l := range *all {
			done := make(chan struct{})
			l.post(&waiter{loop: l, job: call(func() { close(done) })})
			<-done
		}
	}
	lingering.Wait()
}
