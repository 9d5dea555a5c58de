package conn

import (
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// loopDescriptor is a socket that a loop watches, edge-triggered: the loop counts
// the edges, and an operation is tried only after one that it has not seen.
type loopDescriptor struct {
	fd     int
	tag    atomic.Uint32 // tells events for this from late ones for an earlier user of fd
	refs   atomic.Int32  // operations under way; closing once closed
	loop   atomic.Pointer[loop]
	home   *loop  // that its timers belong to
	queued uint16 // how much of it is in the loop's outbox, in sends
	dead   bool   // it has been discarded
	bulk   bool   // much has come at a time

	gone atomic.Uint32 // WatchMode bits: what has happened for good; served, abortive
	c    *Conn         // whose socket it is,
	l    *Listener     // or this
	owed atomic.Pointer[owed]
	// ahead is what was read for the connection's reader. A loop gives and takes it;
	// who closes the connection may take it away.
	ahead atomic.Pointer[ahead]
	// unheard says that the loop is still to hear of it, at the end of its turn.
	unheard atomic.Bool
}

const (
	// served in gone says that only tasks of the loop read and write.
	served = 1 << 8
	// abortive says that a close is to throw away what was not sent.
	abortive = 1 << 9
	// ended says that all has been read that the peer has sent before it closed its side.
	ended = 1 << 10
)

// closing in refs says that close was called, closed that it was done.
const (
	closing = 1 << 30
	closed  = 1 << 29
)

var lastTag atomic.Uint32

func newLoopDescriptor(fd int, l *loop) *loopDescriptor {
	d := &loopDescriptor{fd: fd, home: l}
	d.loop.Store(l)
	return d
}

// table finds the descriptors by their numbers, which are dense.
var table [4096]atomic.Pointer[[1024]atomic.Pointer[loopDescriptor]]

func slot(fd int) *atomic.Pointer[loopDescriptor] {
	part := &table[fd>>10&(len(table)-1)]
	p := part.Load()
	if p == nil {
		part.CompareAndSwap(nil, new([1024]atomic.Pointer[loopDescriptor]))
		p = part.Load()
	}
	return &p[fd&1023]
}

func descriptorOf(fd int) *loopDescriptor { return slot(fd).Load() }

// watch has a loop hear of the descriptor. at is the loop whose task calls, nil for none.
func (d *loopDescriptor) watch(l, at *loop, events uint32) error {
	d.tag.Store(lastTag.Add(1))
	slot(d.fd).Store(d)
	if at == l && l.hearLater(d) {
		return nil
	}
	return d.add(l, events)
}

func (d *loopDescriptor) add(l *loop, events uint32) error {
	e := d.event(events)
	return epollCtl(l.epoll, unix.EPOLL_CTL_ADD, d.fd, &e)
}

func (d *loopDescriptor) event(events uint32) unix.EpollEvent {
	return unix.EpollEvent{Events: events | unix.EPOLLET, Fd: int32(d.fd), Pad: int32(d.tag.Load())}
}

const connEvents = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP

// hear is called by the loop when something has happened.
func (d *loopDescriptor) hear(l *loop, events uint32) {
	if d.l != nil {
		d.l.hear(l)
		return
	}
	const broken = unix.EPOLLHUP | unix.EPOLLERR
	if events&(broken|unix.EPOLLRDHUP) != 0 {
		d.over(events&broken != 0)
	}
	if events&(broken|unix.EPOLLRDHUP|unix.EPOLLIN) != 0 {
		if l.uring != nil && events&(broken|unix.EPOLLIN) == unix.EPOLLIN && d.wantsAhead() {
			l.fetch(d)
		}
		d.c.r.edge(l)
	}
	if o := d.owed.Load(); o != nil && events&unix.EPOLLOUT != 0 {
		d.pay(o)
	}
	// Where the other tasks of the loop know that there is room, they need not hear
	// of it with each event.
	if w := &d.c.w; events&(broken|unix.EPOLLOUT) != 0 && !(d.isServed() && w.more && events&broken == 0) {
		w.edge(l)
	}
}

// over records that the peer has closed its side, or that the connection broke.
func (d *loopDescriptor) over(broken bool) {
	what := WatchClose
	if broken {
		what |= WatchReset
	}
	if d.gone.Or(uint32(what))&uint32(what) == uint32(what) {
		return // known already
	}
	if w := &d.c.watch; w.used.Load() {
		s := d.c.watchers()
		s.Lock()
		d.c.happened(what)
		s.Unlock()
	}
}

// edge has the operation of h, if any, tried.
func (h *half) edge(l *loop) {
	h.edges.Add(1)
	h.event.signal(l)
}

// op gives that of the task that calls, which does not begin another before this is
// done.
func (d *loopDescriptor) op() *op {
	if d.isServed() {
		if t := d.loop.Load().current; t != nil {
			return &t.op
		}
	}
	return ops.Get().(*op)
}

// run runs the operation, waiting in the calling task.
func (d *loopDescriptor) run(o *op) error {
	h := o.h
	for {
		if done, err := d.try(o); done {
			if h.streak++; h.streak >= fairStreak {
				h.streak = 0
				if t := d.task(); t != nil {
					t.rest()
				}
			}
			return err
		}
		h.streak = 0
		if t := d.task(); t != nil {
			t.wait(&h.event, 0)
		} else {
			h.event.Wait(0)
		}
	}
}

// task gives the task that calls. What is served on a loop is used by its tasks
// only, so that the system need not be asked.
func (d *loopDescriptor) task() *task {
	if d.isServed() {
		return d.loop.Load().current
	}
	return running()
}

// fairStreak is how many operations a task may do on a connection that is always
// ready, before others get their turn.
const fairStreak = 32

// try runs the step of o if it may succeed. It gives false where it has to wait,
// for the event of its half.
func (d *loopDescriptor) try(o *op) (done bool, err error) {
	h := o.h
	if f := h.c.stop.Load(); f != nil {
		return true, f
	}
	if h.late.Load() {
		// The timer fired for this operation, for an earlier one or too early. A
		// write that waited is not tried again: the kernel takes a little more than
		// it says it has room for, and that is no progress.
		h.late.Store(false)
		h.armed = 0
		if h.sends && h.parked && h.overdue() {
			return true, ErrTimeout
		}
	}
	edges := h.edges.Load()
	o.ahead = nil
	if !h.sends {
		o.ahead = d.ahead.Load()
	}
	if !h.more && edges == h.seen && o.ahead == nil {
		if d.refs.Load()&closing != 0 {
			return true, ErrClosed
		}
		done = o.park()
		return done, o.err
	}
	if !d.hold() {
		return true, ErrClosed
	}
	fresh, gone := edges != h.seen, d.isGone()
	o.ended = !h.sends && d.gone.Load()&ended != 0
	// Where the peer has closed, there is its end to read, if nothing else.
	o.woken, o.took, o.drained, o.size = fresh || gone, false, false, sizeUnknown
	o.sound = fresh && !gone
	done = o.step(o, d.fd)
	if !h.sends && (!done || o.err == io.EOF) {
		if err := d.failed(); err != nil {
			done, o.err = true, err
		}
	}
	d.drop()
	if o.ahead != nil {
		d.usedAhead(o.ahead)
	}
	if !done {
		h.seen, h.more = edges, false
		done = o.park()
		return done, o.err
	}
	if h.sends {
		h.more = o.err == nil // there was room, and so there may be more
	}
	if o.size != sizeUnknown {
		d.bulk = o.size == bulk
		if gone && o.drained {
			d.readToEnd()
		}
	}
	if o.took {
		h.seen, h.more = edges, !o.drained || d.isGone()
	}
	return true, o.err
}

func (d *loopDescriptor) quiet(h *half) bool {
	return !h.more && h.edges.Load() == h.seen && (h.sends || d.ahead.Load() == nil)
}

func (d *loopDescriptor) once(o *op) error {
	o.h.more = true
	_, err := d.try(o)
	return err
}

func (d *loopDescriptor) arm(h *half, due int64) {
	if due == 0 {
		d.home.timers.stop(&h.timer)
		return
	}
	h.timer.owner = h
	d.home.timers.set(&h.timer, due, d.home)
}

// expired is called by a loop when the timer of h fires.
func (h *half) expired(l *loop) {
	h.late.Store(true)
	h.event.signal(l)
}

func (d *loopDescriptor) nudge(h *half) { h.event.Signal() }

// hold keeps the descriptor open until drop. It gives false where close was
// called.
func (d *loopDescriptor) hold() bool {
	if d.refs.Add(1)&closing == 0 {
		return true
	}
	d.drop()
	return false
}

func (d *loopDescriptor) drop() { d.dropOn(nil) }

// dropOn is drop on the thread of the loop at, nil for any other.
func (d *loopDescriptor) dropOn(at *loop) {
	if d.refs.Add(-1) == closing && d.refs.CompareAndSwap(closing, closing|closed) {
		d.forget(at)
	}
}

func (d *loopDescriptor) control(f func(fd int) error) error {
	if !d.hold() {
		return ErrClosed
	}
	defer d.drop()
	return asSysErr(f(d.fd))
}

func (d *loopDescriptor) close(at *loop) {
	if d.refs.Or(closing)&closing != 0 {
		return
	}
	if at != nil {
		d.resetUnread()
	}
	if d.refs.CompareAndSwap(closing, closing|closed) {
		d.forget(at)
	}
	if c := d.c; c != nil {
		d.loop.Load().conns.Add(-1)
		if d.ahead.Swap(nil) != nil {
			d.loop.Load().lostAhead.Add(1)
		}
		d.home.timers.stop(&c.r.timer)
		d.home.timers.stop(&c.w.timer)
		c.r.event.Signal()
		c.w.event.Signal()
	}
}

// forget closes the descriptor, at the end of the turn of the loop at on whose thread it
// is called, or with nil at once.
func (d *loopDescriptor) forget(at *loop) {
	slot(d.fd).CompareAndSwap(d, nil)
	if d.l != nil {
		// Another process may have the socket too. Then closing it would not end
		// our being told, in that one's place.
		for _, a := range d.l.all {
			epollCtl(a.loop.epoll, unix.EPOLL_CTL_DEL, d.fd, nil)
		}
	}
	if o := d.owed.Load(); o != nil && o.err == nil && d.gone.Load()&(abortive|uint32(WatchReset)) == 0 {
		d.linger(o.bytes)
		return
	}
	if at != nil {
		at.closeLater(d.fd)
		return
	}
	closeFD(d.fd)
}

// readToEnd records that nothing was left to be read after the peer had closed its side.
func (d *loopDescriptor) readToEnd() {
	if d.gone.Load()&uint32(WatchReset) == 0 {
		d.gone.Or(ended)
	}
}

// isGone tells whether the peer has closed its side, or more.
func (d *loopDescriptor) isGone() bool { return d.gone.Load()&^(served|abortive|ended) != 0 }

func (d *loopDescriptor) isServed() bool { return d.gone.Load()&served != 0 }

func (d *loopDescriptor) now() int64 {
	if d.isServed() {
		return d.loop.Load().now
	}
	return Now()
}

func (d *loopDescriptor) wall() time.Time {
	if d.isServed() {
		return d.loop.Load().wall
	}
	return Wall()
}

func (d *loopDescriptor) lost() (WatchMode, bool) { return WatchMode(d.gone.Load()), true }

// serve has h run on the connection's loop.
func (d *loopDescriptor) serve(c *Conn, h Handler, at *loop) {
	d.gone.Or(served)
	c.parked = parkedConn{waiter: waiter{loop: d.loop.Load(), job: c}, handler: h}
	c.parked.wake(at)
}
