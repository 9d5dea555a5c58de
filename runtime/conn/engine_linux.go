package conn

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// portable tells whether Go's netpoller is to do what the loops would.
var portable = sync.OnceValue(func() bool {
	c := config.Load()
	return c != nil && c.NoLoops || os.Getenv("GOHAP_ENGINE") == "portable"
})

// uringWanted tells whether loops are to use io_uring where they can.
func uringWanted() bool { return os.Getenv("GOHAP_ENGINE") != "epoll" }

func hasURing() bool {
	if !uringWanted() || portable() {
		return false
	}
	runtime.LockOSThread() // the ring is the thread's
	defer runtime.UnlockOSThread()
	r := newURing()
	if r == nil {
		return false
	}
	r.close()
	return true
}

func pollers() []string {
	if portable() {
		return []string{"netpoll", "epoll"}
	}
	return []string{"epoll", "netpoll"}
}

// loopHalf is what a loop adds to one direction of a socket.
type loopHalf struct {
	event Event         // somebody waits for the operation to be tried
	edges atomic.Uint32 // counts the times that the system has called it ready
	seen  uint32        // of these, the ones after which it turned out not to be
	late  atomic.Bool   // the timer has fired
	timer timer
}

// halfBits is the part of loopHalf that fills a gap.
type halfBits struct {
	more   bool  // it may be ready though no edge says so
	streak uint8 // operations in a row that did not wait
}

// onLoop gives the index of the loop on which the tasks of c run, -1 where they may
// run on several threads. c may be nil.
func (c *Conn) onLoop() int {
	if c == nil {
		return -1
	}
	if d, ok := c.sock.(*loopDescriptor); ok && d.isServed() {
		if i := d.loop.Load().index; i < maxLocal {
			return i
		}
	}
	return -1
}

// attach has an engine look after the descriptor of c. at is the loop whose task calls,
// nil for none.
func (c *Conn) attach(fd int, how origin, at *loop) {
	if how == apart || portable() {
		c.use(newNetDescriptor(fd))
		return
	}
	all := allLoops()
	if len(all) == 0 {
		c.use(newNetDescriptor(fd))
		return
	}
	l := all[int(c.shard)%len(all)]
	d := c.descriptor(fd, l)
	if how >= dialled && at == l {
		d.gone.Or(served)
	}
	c.use(d)
	c.w.more = how != connecting
	if d.watch(l, at, connEvents) != nil {
		slot(fd).CompareAndSwap(d, nil)
		c.use(newNetDescriptor(fd))
		return
	}
	l.conns.Add(1)
}

// attach has an engine look after the descriptor of l. Loops begin to with Serve.
func (l *Listener) attach(fd int) {
	if l.opts.Apart || portable() {
		l.sock = newNetDescriptor(fd)
		return
	}
	d := newLoopDescriptor(fd, nil)
	d.l = l
	l.sock = d
	if len(l.all) > 0 {
		l.watch(d)
	}
}

// acceptors are a listener's part on each loop; none where it has no part in
// loops.
type acceptors struct {
	all []*acceptor
}

// changed has whoever accepts look at the listener's state.
func (l *Listener) changed() {
	l.wake.Signal()
	for _, a := range l.all {
		a.event.Signal()
		a.kick(nil)
	}
}

// watch has every loop hear of the listener, each connection by one of them.
func (l *Listener) watch(d *loopDescriptor) {
	d.tag.Store(lastTag.Add(1))
	slot(d.fd).Store(d)
	for _, a := range l.all {
		d.add(a.loop, unix.EPOLLIN|unix.EPOLLEXCLUSIVE)
	}
}

func (l *Listener) hear(at *loop) {
	for _, a := range l.all {
		if a.loop == at {
			a.kick(at)
			return
		}
	}
}
