package conn

import (
	"slices"

	"golang.org/x/sys/unix"
)

// chores are what a loop has the kernel do for its sockets at the end of a turn, in one
// system call: to hear of new ones, and to close those that are over.
type chores struct {
	hear   []*loopDescriptor // held
	events [uringSize]unix.EpollEvent
	close  []int
}

// hearLater has l hear of d from the end of the turn on. It is for the loop's thread, and
// gives false where it has to be done at once.
func (l *loop) hearLater(d *loopDescriptor) bool {
	if l.uring == nil || !d.hold() {
		return false
	}
	if len(l.chores.hear) == uringSize {
		l.doChores()
	}
	d.unheard.Store(true)
	l.chores.hear = append(l.chores.hear, d)
	return true
}

// closeLater closes fd at the end of the turn. It is for the loop's thread, which may be
// about to look at what the ring has done: nothing is submitted here.
func (l *loop) closeLater(fd int) {
	if l.uring == nil {
		closeFD(fd)
		return
	}
	l.chores.close = append(l.chores.close, fd)
}

// maxUnclosed is about how many descriptors more than needed a loop has open.
const maxUnclosed = 32

// closeMany closes what is to be closed if that is much. It is for tasks.
func (l *loop) closeMany() {
	if len(l.chores.close) >= maxUnclosed {
		l.closeNow()
	}
}

// closeNow closes what is to be closed, and tells whether there was anything. l may be
// nil.
func (l *loop) closeNow() bool {
	if l == nil || len(l.chores.close) == 0 {
		return false
	}
	c := &l.chores
	for some := range slices.Chunk(c.close, uringSize) {
		for _, fd := range some {
			l.uring.add(uringClose, fd, nil, 0)
		}
		l.uring.submit()
		for i, fd := range some {
			if l.uring.res[i] == untried {
				closeFD(fd)
			}
		}
	}
	c.close = c.close[:0]
	return true
}

// deaf ends a connection that the system does not let us hear of: it has no memory
// left, or its limit is reached.
func (d *loopDescriptor) deaf(l *loop) {
	shutdown(d.fd, unix.SHUT_RDWR)
	d.over(true)
	d.c.r.edge(l)
	d.c.w.edge(l)
}

// doChores comes after the turn's sends.
func (l *loop) doChores() {
	c := &l.chores
	k := 0
	for _, d := range c.hear {
		if d.refs.Load()&closing != 0 || !d.unheard.CompareAndSwap(true, false) {
			d.dropOn(l) // it is over, or has moved
			l.bury(d)
			continue
		}
		c.hear[k], c.events[k] = d, d.event(connEvents)
		l.uring.addEpoll(l.epoll, unix.EPOLL_CTL_ADD, d.fd, &c.events[k])
		k++
	}
	clear(c.hear[k:])
	if c.hear = c.hear[:k]; k > 0 {
		l.uring.submit()
	}
	for i, d := range c.hear {
		if l.uring.res[i] != 0 && epollCtl(l.epoll, unix.EPOLL_CTL_ADD, d.fd, &c.events[i]) != nil {
			d.deaf(l)
		}
		d.dropOn(l)
		l.bury(d)
		c.hear[i] = nil
	}
	c.hear = c.hear[:0]
	l.closeNow()
}
