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
// calling task; accept should not: it normally calls ServeAccepted.
func (l *Listener) Serve(accept func(*Conn)) {
	l.mu.Lock()
	l.serving = !l.stopped
	l.mu.Unlock()
	l.sock.accept(l, accept)
	l.drain(accept)
}

// pickShard gives the shards that l may use in turn.
func (l *Listener) pickShard() int {
	first, n := pickShard(), Threads()
	for i := range n {
		if shard := (first + i) % n; l.opts.allowed(shard) {
			return shard
		}
	}
	return first
}

// acceptLoop is Serve in a single task.
func (l *Listener) acceptLoop(accept func(*Conn)) {
	var got accepted
	step := l.step(&got)
	for l.ready() {
		switch err := l.once(step); err {
		case nil:
			accept(l.newConn(got, l.pickShard()))
		case errFull:
			l.waitSlot(&l.wake)
		case ErrAborted, ErrClosed: // ready looks why
		default:
			l.report(err)
			l.wake.Wait(resourcePause)
		}
	}
}

// once waits until step is done.
func (l *Listener) once(step func(*op, int) bool) error {
	o := l.shell.r.apartOp()
	err := o.do(step)
	o.done()
	return err
}

// maxQueued bounds what a listener that stops still takes: where another process
// listens on the same socket there may be no end.
const maxQueued = 1024

// drain takes the connections that wait in the kernel, and closes the socket.
func (l *Listener) drain(accept func(*Conn)) {
	l.sock.control(func(fd int) error {
		for range maxQueued {
			got, err := l.take(fd)
			if err != nil {
				break
			}
			accept(l.newConn(got, l.pickShard()))
		}
		return nil
	})
	l.sock.close(nil)
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

// waitSlot waits, by means of e, until a limit that was full may have a slot, or
// the listener's state changes.
func (l *Listener) waitSlot(e *Event) {
	for _, x := range l.limits {
		if x.full() {
			x.notify(e)
			e.Wait(0)
			x.forget(e)
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
func (l *Listener) step(got *accepted) func(*op, int) bool {
	return func(o *op, fd int) bool {
		var err error
		*got, err = l.take(fd)
		if err == syscall.EAGAIN {
			return false
		}
		o.err = asSysErr(err)
		return true
	}
}

func (l *Listener) take(fd int) (accepted, error) {
	take := takeConn
	if l.opts.Kind == ListenSockPair {
		take = receiveConn
	}
	if !l.acquire() {
		return accepted{}, errFull
	}
	for {
		got, err := take(fd)
		switch err {
		case nil:
			return got, nil
		case syscall.EINTR, syscall.ECONNABORTED:
			continue
		}
		release(l.limits)
		return accepted{}, err
	}
}

func takeConn(fd int) (accepted, error) {
	n, remote, err := accept(fd)
	return accepted{n, remote}, err
}

func (l *Listener) newConn(got accepted, shard int) *Conn {
	c := new(Conn)
	l.begin(c, got, shard, nil)
	return c
}

// begin makes c, which is as good as new, the connection that was accepted, by a task of
// the loop at; nil is none.
func (l *Listener) begin(c *Conn, got accepted, shard int, at *loop) {
	c.remote, c.unix, c.shard, c.from = got.remote, l.unix, int32(shard), l
	if l.local.IsValid() {
		c.local, c.haveLocal = l.local, true
	}
	how := fromListener
	if l.opts.Apart {
		how = apart
	}
	c.attach(got.fd, how, at)
}

func (l *Listener) report(err error) {
	if l.opts.OnError == nil || l.reported != 0 && Now()-l.reported < 1000 {
		return
	}
	l.reported = Now()
	l.opts.OnError(err)
}
