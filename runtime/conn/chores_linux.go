package conn

import (
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

// closeLater closes fd at the end of the turn. It is for the loop's thread.
func (l *loop) closeLater(fd int) {
	if l.uring == nil {
		closeFD(fd)
		return
	}
	if l.chores.close = append(l.chores.close, fd); len(l.chores.close) >= maxUnclosed {
		l.closeNow()
	}
}

// maxUnclosed bounds how many descriptors more than needed a loop has open.
const maxUnclosed = 32

// closeNow closes what is to be closed, and tells whether there was anything. l may be
// nil.
func (l *loop) closeNow() bool {
	if l == nil || len(l.chores.close) == 0 {
		return false
	}
	c := &l.chores
	for _, fd := range c.close {
		l.uring.add(uringClose, fd, nil, 0)
	}
	l.uring.submit()
	for i, fd := range c.close {
		if l.uring.res[i] == untried {
			closeFD(fd)
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
