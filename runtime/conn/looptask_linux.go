package conn

import (
	"iter"
	"time"
)

// keepTasks is how many tasks of a loop wait for their next job at least. Each has
// a stack. What traffic needs beyond that is kept for as long as it does.
const (
	keepTasks = 32
	trimEvery = 1000 // milliseconds
)

// task is a coroutine of a loop. It runs on the loop's thread, in between the
// loop's own steps, until it waits.
type task struct {
	waiter // that has it go on
	loop   *loop
	next   func() (struct{}, bool)
	yield  func(struct{}) bool
	work   job
	idle   bool // its job is done

	never Event // for Sleep
	event *Event
	timer timer
	late  bool // the timer has woken it
	used  Usage
	op    op
}

// runs gives the task that the loop runs, nil for none. l may be nil.
func (l *loop) runs() *task {
	if l == nil {
		return nil
	}
	return l.current
}

// task gives one that has no job.
func (l *loop) task() *task {
	if n := len(l.spare) - 1; n >= 0 {
		t := l.spare[n]
		l.spare[n] = nil
		l.spare = l.spare[:n]
		l.unused = min(l.unused, n)
		return t
	}
	l.unused = 0
	t := &task{loop: l}
	t.waiter = waiter{loop: l, job: t}
	t.timer.owner = t
	t.next, _ = iter.Pull(t.main)
	return t
}

func (t *task) main(yield func(struct{}) bool) {
	t.yield = yield
	for t.work != nil {
		t.work.run()
		if t.work = t.another(); t.work == nil {
			t.idle = true
			yield(struct{}{})
		}
	}
}

// another gives the next job of the turn, nil for none. To go on with that costs less
// than to have the loop give it to another task, and what the last one used is still
// in the core's caches.
func (t *task) another() job {
	if profiled.Load() {
		return nil // whose times it keeps would get mixed up
	}
	t.used = Usage{Calls: 1}
	return t.loop.begin()
}

// do has the task do a job, until it waits for the first time at least.
func (t *task) do(j job) {
	t.work, t.idle, t.used = j, false, Usage{}
	t.resume()
}

func (t *task) usage() Usage { return t.used }

// profile runs the task for a turn, and notes how long that took.
func (t *task) profile() {
	began := time.Now()
	late := began.Sub(t.loop.looked)
	t.used.Latency += late
	t.next()
	took := time.Since(began)
	t.used.CPU += took
	t.loop.note(took, late)
}

// resume runs the task until it waits or has done its job.
func (t *task) resume() {
	l := t.loop
	l.current = t
	if t.used.Calls++; profiled.Load() {
		t.profile()
	} else {
		t.next()
	}
	l.current = nil
	if t.idle {
		l.spare = append(l.spare, t)
	}
}

// trim ends tasks that nobody has needed since the last time, a half of them, so
// that a peak is forgotten soon but not at once.
func (l *loop) trim() {
	if l.now < l.trimmed+trimEvery {
		return
	}
	l.trimmed = l.now
	n := len(l.spare)
	for range (min(l.unused, n-keepTasks) + 1) / 2 {
		n--
		l.spare[n].next() // without work its function returns
		l.spare[n] = nil
	}
	l.spare = l.spare[:n]
	l.unused = n
}

// run makes a task a job; a loop resumes it instead.
func (t *task) run() { panic("conn: a task is no job") }

// park gives the thread back to the loop until the task is woken.
func (t *task) park() { t.yield(struct{}{}) }

// rest lets others have the thread.
func (t *task) rest() {
	t.loop.push(&t.waiter)
	t.park()
}

// wait is Event.Wait for a task.
func (t *task) wait(e *Event, d time.Duration) bool {
	if !e.enter(&t.waiter) {
		return true
	}
	if d <= 0 {
		t.park()
		return true
	}
	t.event, t.late = e, false
	t.loop.timers.set(&t.timer, t.loop.now+millis(d), t.loop)
	t.park()
	t.loop.timers.stop(&t.timer)
	return !t.late
}

// expired is called by the loop when the time of a wait has passed.
func (t *task) expired(l *loop) {
	if t.event.leave(&t.waiter) {
		t.late = true
		l.push(&t.waiter)
	}
}

// spareTasks counts the tasks that wait for a job.
func spareTasks() int {
	n := int64(0)
	if p := loops.all.Load(); p != nil {
		for _, l := range *p {
			n += l.kept.Load()
		}
	}
	return int(n)
}
