package conn

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// fetching are the sockets that a loop reads from before it lets the readers go on: in
// one system call for all of them.
type fetching struct {
	list  []*loopDescriptor
	slots []*ahead // of these
	spare []*ahead
	lent  int // how many wait to be read
}

// maxAhead is how many readers of a loop may have something ahead of them.
const maxAhead = 256

// wantsAhead tells whether somebody waits to read from the socket, as far as is known
// not much.
func (d *loopDescriptor) wantsAhead() bool {
	w := d.c.r.event.state.Load()
	return w != nil && w != &marked && !d.bulk && d.isServed() && d.ahead.Load() == nil
}

// fetch has l read from the socket before its reader goes on.
func (l *loop) fetch(d *loopDescriptor) {
	f := &l.fetching
	if n := len(f.list); n == uringSize {
		l.fetchAll()
	}
	if f.lent+len(f.list) < maxAhead {
		f.list = append(f.list, d)
	}
}

// fetchFirst reads what has come on new connections whose handlers are about to begin.
func (l *loop) fetchFirst() {
	if l.uring == nil {
		return
	}
	for i, w := range l.fresh[l.begun:] {
		if i == l.budget {
			break
		}
		if c, ok := w.job.(*Conn); ok && !c.isParked {
			if d := c.sock.(*loopDescriptor); !d.bulk && d.ahead.Load() == nil && d.loop.Load() == l {
				l.fetch(d)
			}
		}
	}
	l.fetchAll()
}

// fetchAll reads. The readers have been woken up already.
func (l *loop) fetchAll() {
	f := &l.fetching
	if len(f.list) < 2 { // it would save nothing
		f.list = f.list[:0]
		return
	}
	if n := l.lostAhead.Load(); n != 0 {
		l.lostAhead.Add(-n)
		f.lent -= int(n)
	}
	k := 0
	for _, d := range f.list {
		if d.hold() {
			a := f.slot()
			l.uring.add(uringRecv, d.fd, a.mem[:], unix.MSG_DONTWAIT)
			f.list[k], f.slots = d, append(f.slots, a)
			k++
		}
	}
	f.list = f.list[:k]
	l.uring.submit()
	for i, d := range f.list {
		d.fetched(f, f.slots[i], l.uring.res[i])
		d.dropOn(l)
		l.bury(d)
		f.list[i], f.slots[i] = nil, nil
	}
	f.list, f.slots = f.list[:0], f.slots[:0]
}

// fetched takes what a read has given, a count or an error below zero.
func (d *loopDescriptor) fetched(f *fetching, a *ahead, n int32) {
	h := &d.c.r
	switch {
	case n > 0:
		a.r, a.n = 0, int(n)
		d.bulk = a.n == aheadSize
		h.seen, h.more = h.edges.Load(), d.bulk || d.isGone()
		if !d.bulk && d.isGone() {
			d.readToEnd()
		}
		d.lend(f, a)
		return
	case n == 0:
		d.readToEnd()
		h.more = true
	case n == -int32(syscall.EAGAIN):
		h.seen, h.more = h.edges.Load(), d.isGone()
	case !refused(n):
		// The system tells it once.
		a.r, a.n, a.err = 0, 0, sysErr(syscall.Errno(-n))
		d.lend(f, a)
		return
	}
	f.spare = append(f.spare, a)
}

// lend leaves a to the reader.
func (d *loopDescriptor) lend(f *fetching, a *ahead) {
	d.ahead.Store(a)
	f.lent++
	if d.refs.Load()&closing != 0 { // by another thread, which may have seen nothing
		a.r, a.err = a.n, nil
		d.usedAhead(a)
	}
}

func (f *fetching) slot() *ahead {
	if n := len(f.spare) - 1; n >= 0 {
		a := f.spare[n]
		f.spare = f.spare[:n]
		return a
	}
	return new(ahead)
}

// usedAhead forgets what was ahead once it has been read.
func (d *loopDescriptor) usedAhead(a *ahead) {
	if !a.empty() || !d.ahead.CompareAndSwap(a, nil) {
		return
	}
	f := &d.loop.Load().fetching
	f.lent--
	f.spare = append(f.spare, a)
}

// resetUnread has a close reset the connection if something is ahead that nobody has
// read, as the system does where it lies in the socket. It is for the loop's thread.
func (d *loopDescriptor) resetUnread() {
	if a := d.ahead.Load(); a != nil && a.r < a.n {
		syscall.SetsockoptLinger(d.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	}
}

// ExpectHead says that what comes next is the head of a message: whatever was read
// before, it is short, and what follows it need not be read with it. It is for the task
// that reads.
func (c *Conn) ExpectHead() {
	if d, ok := c.sock.(*loopDescriptor); ok {
		d.bulk = false
	}
}

// hasAhead tells whether something is ahead of the reader.
func (c *Conn) hasAhead() bool {
	d, ok := c.sock.(*loopDescriptor)
	return ok && d.ahead.Load() != nil
}
