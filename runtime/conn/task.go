package conn

import (
	"time"
	"unsafe"
)

// Task is a second thread of control of a stream, for example the one that
// forwards a request's body while the response comes back. The zero value is
// ready; it can be started again after Join. A Task must not be copied.
type Task struct {
	f       func()
	run     func() // bound once
	running bool   // to be joined
	done    Event
}

// Go starts f. The task must not be running.
func (t *Task) Go(f func()) {
	t.f, t.running = f, true
	if t.run == nil {
		t.run = func() {
			defer t.done.Signal()
			guard(nil, t.f)
		}
	}
	start(uint(uintptr(unsafe.Pointer(t))>>8), t.run)
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
	start(0, func() { guard(nil, f) })
}

// start runs f in a task of the loop on which it is called, else in a goroutine.
// The shard only spreads the load.
func start(shard uint, f func()) {
	if l := here(); l != nil {
		l.push(&waiter{loop: l, job: call(f)})
		return
	}
	startWorker(shard, f)
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
