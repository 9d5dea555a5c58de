package conn

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// loop is a thread that waits for the descriptors of its connections and runs
// what they wake up. Everything without a note of its own belongs to that thread.
type loop struct {
	index int
	epoll int
	bell  int // an eventfd that ends the wait in epoll
	tid   int // of the thread; written before the loop is known to anybody

	ready, batch []*waiter // tasks to go on, going on
	fresh        []*waiter // jobs to begin when batch has run,
	begun        int       // of which these have begun,
	budget       int       // and so many may in this turn
	last, ending []*waiter // jobs to begin when nothing else is left, running then
	heavy        heavyQueue
	out          outbox
	uring        *uring // nil where the system has none
	fetching     fetching
	chores       chores
	dead         []*loopDescriptor // whose memory is to be used again
	current      *task
	owes         bool  // to a goroutine
	now          int64 // on the clock of Now, when the loop was woken up last
	wall         time.Time
	looked       time.Time // when the batch was begun, under Profile
	spare        []*task   // that wait for a job
	unused       int       // the fewest of these since they were trimmed,
	trimmed      int64     // which was then
	events       [256]unix.EpollEvent

	conns     atomic.Int64 // open connections
	lostAhead atomic.Int32 // what was read ahead of connections that were closed
	asleep    atomic.Bool  // about to wait, or waiting: ring
	timers    timers       // has a lock
	mail      mailbox
	turn      atomic.Uint32 // counts what was run
	counters
	stuck atomic.Bool  // has run one thing for so long that it gets no new connections
	kept  atomic.Int64 // length of spare
}

// mailbox is what other threads have for the loop to run.
type mailbox struct {
	sync.Mutex
	list, spare []*waiter
	waiting     atomic.Bool // there is something in list
}

var loops struct {
	sync.Mutex
	all   atomic.Pointer[[]*loop]
	guard sync.Once
}

// allLoops gives the loops, of which it starts as many as there are shards.
func allLoops() []*loop {
	n := Threads()
	if p := loops.all.Load(); p != nil && len(*p) >= n {
		return (*p)[:n]
	}
	loops.Lock()
	defer loops.Unlock()
	var all []*loop
	if p := loops.all.Load(); p != nil {
		all = append(all, *p...)
	}
	for len(all) < n {
		l := newLoop(len(all))
		if l == nil {
			break
		}
		all = append(all, l)
	}
	loops.all.Store(&all)
	loops.guard.Do(func() { go guardLoops() })
	// A loop that naps keeps its share of the scheduler; others need one too.
	if p := len(all) + 1; runtime.GOMAXPROCS(0) < p {
		runtime.GOMAXPROCS(p)
	}
	return all[:min(n, len(all))]
}

// newLoop starts a loop, and gives nil where the system has no descriptors left.
func newLoop(index int) *loop {
	l := &loop{index: index}
	var err error
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil
	}
	if l.bell, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		unix.Close(l.epoll)
		return nil
	}
	e := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: -1}
	unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, l.bell, &e)
	up := make(chan struct{})
	go l.run(up)
	<-up
	return l
}

// here gives the loop on whose thread the caller runs, nil on none.
func here() *loop {
	p := loops.all.Load()
	if p == nil {
		return nil
	}
	tid := gettid()
	for _, l := range *p {
		if l.tid == tid {
			return l
		}
	}
	return nil
}

func gettid() int {
	tid, _, _ := unix.RawSyscall(unix.SYS_GETTID, 0, 0, 0)
	return int(tid)
}

// running gives the task of a loop that the caller is, nil where it is none.
func running() *task {
	if l := here(); l != nil {
		return l.current
	}
	return nil
}

// run is the loop. The thread is its own, so that a task can find out where it
// runs, and so that what a loop has just touched stays in its core's cache.
func (l *loop) run(up chan<- struct{}) {
	runtime.LockOSThread()
	l.tid = gettid()
	l.pin()
	if uringWanted() {
		l.uring = newURing()
	}
	close(up)
	for {
		n := l.wait()
		l.rounds.add(1)
		l.heard.add(uint64(n))
		l.tick()
		for i := range n {
			l.hear(&l.events[i])
		}
		l.fetchAll()
		l.collect()
		l.timers.expire(l, l.now)
		l.work()
		l.flush(nil)
		l.workHeavy()
		l.flush(nil)
		l.doChores()
		l.trim()
	}
}

// wait waits for events, until the next timer at most, and not at all while
// there is something to run.
func (l *loop) wait() int {
	if l.owes {
		l.owes = false
		runtime.Gosched()
	}
	if len(l.ready)+len(l.fresh)+len(l.last) > 0 || !l.heavy.empty() {
		return max(0, l.poll(0))
	}
	l.asleep.Store(true) // before a look at the mailbox: either we see their work or they ring
	n := l.poll(l.short())
	if n == 0 {
		if ms := l.timeout(); ms != 0 {
			n, _ = unix.EpollWait(l.epoll, l.events[:], ms)
		}
	}
	l.asleep.Store(false)
	return max(0, n)
}

// short is how many milliseconds the loop may nap. What is due only later than that
// is so whatever the time is by now.
func (l *loop) short() uint {
	if l.mail.waiting.Load() {
		return 0
	}
	due := l.timers.next()
	if due == 0 || due > l.now+2*nap {
		return nap
	}
	return uint(min(max(0, due-Now()), nap))
}

// nap is for how many milliseconds a loop waits without telling Go's scheduler.
// Telling it costs more than a request where waits are as short as between two
// of them: the scheduler's monitor takes away what the thread then lacks to go on.
// It can still stop the world: its signal ends the wait.
const nap = 4

// poll waits for events within Go's notion of running.
func (l *loop) poll(ms uint) int {
	n, _, e := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(l.epoll), uintptr(unsafe.Pointer(&l.events)),
		uintptr(len(l.events)), uintptr(ms), 0, 0)
	if e != 0 {
		return -1
	}
	return int(n)
}

// timeout is how many milliseconds the loop may wait, -1 for ever.
func (l *loop) timeout() int {
	if l.mail.waiting.Load() {
		return 0
	}
	due, now := l.timers.next(), Now()
	if len(l.spare) > keepTasks && (due == 0 || due > now+trimEvery) {
		due = now + trimEvery
	}
	if due == 0 {
		return -1
	}
	return int(min(max(0, due-now), 1<<30))
}

// hear passes an event on to its descriptor.
func (l *loop) hear(e *unix.EpollEvent) {
	if e.Fd < 0 {
		return // the bell; edge-triggered, it need not be read
	}
	if d := descriptorOf(int(e.Fd)); d != nil && d.tag.Load() == uint32(e.Pad) {
		d.hear(l, e.Events)
	}
}

// maxFresh is how many jobs a turn begins.
const maxFresh = outboxSends

// begin gives a job that is to begin in this turn, nil for no more.
func (l *loop) begin() job {
	if l.begun == len(l.fresh) || l.budget == 0 {
		return nil
	}
	l.budget--
	w := l.fresh[l.begun]
	l.fresh[l.begun] = nil
	l.begun++
	l.turn.Add(1)
	if l.begun%16 == 0 {
		l.tick()
	}
	return w.job
}

// work runs what was ready when it was called. What becomes ready meanwhile comes
// after the next look at the descriptors. What is under way goes first, so that as
// little as can be is under way: fewer buffers and connections to servers, which the
// core's caches hold. Some jobs begin in each turn all the same.
func (l *loop) work() {
	l.ready, l.batch = l.batch[:0], l.ready
	l.budget = maxFresh
	if profiled.Load() {
		l.looked = time.Now()
	}
	for i, w := range l.batch {
		l.batch[i] = nil
		l.turn.Add(1)
		w.job.(*task).resume()
		if i%16 == 15 {
			l.tick()
		}
	}
	l.fetchFirst()
	for j := l.begin(); j != nil; j = l.begin() {
		l.task().do(j)
	}
	if n := len(l.fresh) - l.begun; n <= l.begun {
		copy(l.fresh, l.fresh[l.begun:])
		clear(l.fresh[n:])
		l.fresh, l.begun = l.fresh[:n], 0
	}
	l.last, l.ending = l.ending[:0], l.last
	for i, w := range l.ending {
		l.ending[i] = nil
		l.turn.Add(1)
		l.task().do(w.job)
	}
	if n := int64(len(l.spare)); n != l.kept.Load() {
		l.kept.Store(n)
	}
}

// tick sets the clocks of the loop's tasks. They are asked so often that the
// system's cost as much as the rest of a request's bookkeeping.
func (l *loop) tick() {
	l.wall = time.Now()
	l.now = int64(l.wall.Sub(epoch) / time.Millisecond)
}

// yield has the loop let others use its share of the scheduler before it waits.
// l may be nil.
func (l *loop) yield() {
	if l != nil {
		l.owes = true
	}
}

// push has w run. It is for the loop's own thread.
func (l *loop) push(w *waiter) {
	if _, ok := w.job.(*task); ok {
		l.ready = append(l.ready, w)
	} else {
		l.fresh = append(l.fresh, w)
	}
}

// pushLast has w, which is no task, run after everything that is ready.
func (l *loop) pushLast(w *waiter) { l.last = append(l.last, w) }

// post is push from any thread.
func (l *loop) post(w *waiter) {
	l.mail.Lock()
	l.mail.list = append(l.mail.list, w)
	l.mail.waiting.Store(true)
	l.mail.Unlock()
	l.ring()
}

// ring ends the loop's wait.
func (l *loop) ring() {
	if l.asleep.Load() && l.asleep.CompareAndSwap(true, false) {
		one := uint64(1)
		unix.RawSyscall(unix.SYS_WRITE, uintptr(l.bell), uintptr(unsafe.Pointer(&one)), 8)
	}
}

// collect takes what was posted.
func (l *loop) collect() {
	m := &l.mail
	if !m.waiting.Load() {
		return
	}
	m.Lock()
	m.waiting.Store(false)
	list := m.list
	m.list, m.spare = m.spare[:0], nil
	m.Unlock()
	for _, w := range list {
		l.push(w)
	}
	clear(list)
	m.spare = list
}
