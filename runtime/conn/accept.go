package conn

import (
	"net/netip"
	"syscall"
	"time"
)

// errFull ends a step of the accept loop; nobody outside sees it.
var errFull error = &failure{text: "listener full"}

// resourcePause is how long accepting rests after the system had nothing left:
// trying again at once would only burn time until something is freed.
const resourcePause = 100 * time.Millisecond

// accepted is a connection fresh from the kernel.
type accepted struct {
	fd     int
	remote netip.AddrPort
}

// Serve accepts connections and hands each to accept, until Stop. It blocks the
// calling task; accept should not: it normally calls the function Serve.
func (l *Listener) Serve(accept func(*Conn)) {
	step := l.step()
	l.mu.Lock()
	l.serving = !l.stopped
	l.mu.Unlock()
	for l.ready() {
		switch err := l.r.do(step); err {
		case nil:
			accept(l.newConn())
		case errFull:
			l.waitSlot()
		case ErrAborted, ErrClosed: // ready looks why
		default:
			l.report(err)
			l.wake.Wait(resourcePause)
		}
	}
	l.drain(step, accept)
}

// maxQueued bounds what a listener that stops still takes: where another process
// listens on the same socket there may be no end.
const maxQueued = 1024

// drain takes the connections that wait in the kernel, and closes the socket.
func (l *Listener) drain(step func(*half, int) bool, accept func(*Conn)) {
	l.sock.control(func(fd int) error {
		for n := 0; n < maxQueued; n++ {
			if l.r.err = nil; !step(&l.r, fd) || l.r.err != nil {
				break
			}
			accept(l.newConn())
		}
		return nil
	})
	l.sock.close()
}

// ready waits while the listener is paused, and gives false once it is stopped.
func (l *Listener) ready() bool {
	for {
		l.mu.Lock()
		stopped, paused := l.stopped, l.paused
		l.mu.Unlock()
		if stopped || !paused {
			return !stopped
		}
		l.wake.Wait(0)
	}
}

// waitSlot waits until a limit that was full may have a slot, or the listener's
// state changes.
func (l *Listener) waitSlot() {
	for _, x := range l.limits {
		if x.full() {
			x.notify(&l.wake)
			l.wake.Wait(0)
			x.forget(&l.wake)
			return
		}
	}
}

// acquire takes a slot of every limit, or of none.
func (l *Listener) acquire() bool {
	for i, x := range l.limits {
		if !x.Acquire() {
			release(l.limits[:i])
			return false
		}
	}
	return true
}

func release(limits []*Limit) {
	for _, x := range limits {
		x.Release()
	}
}

// step takes one connection from the kernel's queue. Its slots are taken before:
// the queue shall hold what exceeds them.
func (l *Listener) step() func(*half, int) bool {
	take := takeConn
	if l.opts.Kind == ListenSockPair {
		take = receiveConn
	}
	return func(h *half, fd int) bool {
		if !l.acquire() {
			h.err = errFull
			return true
		}
		for {
			got, err := take(fd)
			switch err {
			case nil:
				l.got = got
				return true
			case syscall.EINTR, syscall.ECONNABORTED:
				continue
			}
			release(l.limits)
			if err == syscall.EAGAIN {
				return false
			}
			h.err = asSysErr(err)
			return true
		}
	}
}

func takeConn(fd int) (accepted, error) {
	n, sa, err := accept(fd)
	if err != nil {
		return accepted{}, err
	}
	return accepted{n, addrPort(sa)}, nil
}

func (l *Listener) newConn() *Conn {
	c := newConn(l.got.fd, l.got.remote, l.unix, pickShard())
	c.limits = l.limits
	return c
}

func (l *Listener) report(err error) {
	if l.opts.OnError == nil || l.reported != 0 && Now()-l.reported < 1000 {
		return
	}
	l.reported = Now()
	l.opts.OnError(err)
}
