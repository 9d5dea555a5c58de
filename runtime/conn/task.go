package conn

import (
	"runtime"
	"time"
	"unsafe"
)

// Task is a second thread of control of a stream, for example the one that
// forwards a request's body while the response comes back. The zero value is
// ready; it can be started again after Join. A Task must not be copied.
type Task struct {
	waiter  // that has it begin on a loop
	f       func()
	bound   func() // run, bound once
	running bool   // to be joined
	done    Event
}

// Go starts f. The task must not be running.
func (t *Task) Go(f func()) { t.begin(here(), f) }

// GoOn is Go for a task of the loop that serves c, which need not be looked for.
func (t *Task) GoOn(c *Conn, f func()) {
	l := c.sock.turns()
	if l == nil {
		l = here()
	}
	t.begin(l, f)
}

func (t *Task) begin(l *loop, f func()) {
	t.f, t.running = f, true
	if l != nil {
		t.waiter = waiter{loop: l, job: t}
		l.push(&t.waiter)
		return
	}
	if t.bound == nil {
		t.bound = t.run
	}
	startWorker(uint(uintptr(unsafe.Pointer(t))>>8), t.bound)
}

// run implements job.
func (t *Task) run() {
	defer t.done.Signal()
	guard(nil, t.f)
}

// Join waits until the function has returned. It comes back at once where none
// was started.
func (t *Task) Join() {
	if t.running {
		t.done.Wait(0)
		t.running = false
		t.f = nil
	}
}

// Go starts f as a task that nobody joins: on the loop of the task that calls,
// where it is one, else as a goroutine.
func Go(f func()) {
	run := func() { guard(nil, f) }
	if l := here(); l != nil {
		l.push(&waiter{loop: l, job: call(run)})
		return
	}
	startWorker(0, run)
}

// call is a function as a job.
type call func()

func (f call) run() { f() }

// Timer runs a function later. It comes from AfterFunc.
type Timer struct{ t *time.Timer }

// AfterFunc has f run after d, in a task of its own.
func AfterFunc(d time.Duration, f func()) *Timer {
	return &Timer{time.AfterFunc(d, func() { guard(nil, f) })}
}

// Stop prevents the timer from firing. It gives false where it has fired already
// or was stopped.
func (t *Timer) Stop() bool { return t.t.Stop() }

// Reset has the timer fire after d from now, once more where it had fired. It
// gives whether it was still to fire.
func (t *Timer) Reset(d time.Duration) bool { return t.t.Reset(d) }

// GiveWay lets the other tasks of the caller's loop run that are ready, before it goes
// on. A task that computes for long calls it now and then.
func GiveWay() {
	if t := running(); t != nil {
		t.rest()
		return
	}
	runtime.Gosched()
}
