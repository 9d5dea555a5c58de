package conn

import (
	"sync/atomic"
	"syscall"
)

// acceptor accepts the connections of a listener on one loop.
type acceptor struct {
	waiter
	l      *Listener
	loop   *loop
	accept func(*Conn)
	state  atomic.Int32
	event  Event // the listener's state has changed
}

// The states of an acceptor.
const (
	resting = iota
	accepting
	acceptingAgain // something has happened since it began
)

func (d *loopDescriptor) accept(l *Listener, f func(*Conn)) {
	l.mu.Lock()
	for _, at := range allLoops() {
		if !l.opts.allowed(at.index) {
			continue
		}
		a := &acceptor{l: l, loop: at, accept: f}
		a.waiter = waiter{loop: at, job: a}
		l.all = append(l.all, a)
	}
	if !l.stopped {
		l.watch(l.sock.(*loopDescriptor))
	}
	l.mu.Unlock()
	for !l.over() {
		l.wake.Wait(0)
	}
}

// over tells whether the listener is stopped and nobody accepts any more.
func (l *Listener) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stopped {
		return false
	}
	for _, a := range l.all {
		if a.state.Load() != resting {
			return false
		}
	}
	return true
}

// kick has the acceptor look for connections. from is the loop on which it is
// called, nil where that is not known.
func (a *acceptor) kick(from *loop) {
	for {
		switch {
		case a.state.CompareAndSwap(resting, accepting):
			a.wake(from)
			return
		case a.state.CompareAndSwap(accepting, acceptingAgain), a.state.Load() == acceptingAgain:
			return
		}
	}
}

func (a *acceptor) run() {
	for {
		a.acceptAll()
		if a.state.CompareAndSwap(accepting, resting) {
			break
		}
		a.state.Store(accepting)
	}
	a.l.mu.Lock()
	stopped := a.l.stopped
	a.l.mu.Unlock()
	if stopped {
		a.l.wake.Signal()
	}
}

// acceptAll accepts until there is nothing more, or the listener is paused.
func (a *acceptor) acceptAll() {
	l := a.l
	for n := 1; ; n++ {
		d := l.open()
		if d == nil || !d.hold() {
			return
		}
		got, err := l.take(d.fd)
		d.drop()
		switch err {
		case nil:
			c := a.loop.exhume()
			l.begin(c, got, a.loop.lightest(&l.opts).index, a.loop)
			c.parked.loop = a.loop
			a.accept(c)
		case syscall.EAGAIN:
			return
		case errFull:
			l.waitSlot(&a.event)
		case syscall.EMFILE, syscall.ENFILE:
			if a.loop.closeNow() {
				continue
			}
			fallthrough
		default:
			l.report(asSysErr(err))
			a.event.Wait(resourcePause)
		}
		if n%fairStreak == 0 {
			a.loop.current.rest()
		}
	}
}

// open gives the descriptor, nil where the listener is not to accept.
func (l *Listener) open() *loopDescriptor {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped || l.paused {
		return nil
	}
	return l.sock.(*loopDescriptor)
}

// lightest gives the loop for a new connection: this one, unless another has
// clearly fewer, gets on, and may have the listener's connections.
func (l *loop) lightest(o *ListenOptions) *loop {
	best := l
	least := l.conns.Load()
	for _, x := range allLoops() {
		if n := x.conns.Load(); n < least && !x.stuck.Load() && o.allowed(x.index) {
			best, least = x, n
		}
	}
	if l.conns.Load() > least+least/8 {
		return best
	}
	return l
}
