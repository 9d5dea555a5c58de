package conn

import (
	"sync"
	"time"
	"unsafe"
)

// Task is a second thread of control of a stream, for example the one that
// forwards a request's body while the response comes back. The zero value is
// ready; it can be started again after Join. A Task must not be copied.
type Task struct {
	f    func()
	run  func() // bound once
	done sync.WaitGroup
}

// Go starts f. The task must not be running.
func (t *Task) Go(f func()) {
	t.f = f
	t.done.Add(1)
	if t.run == nil {
		t.run = func() {
			defer t.done.Done()
			guard(nil, t.f)
		}
	}
	start(uint(uintptr(unsafe.Pointer(t))>>8), t.run)
}

// Join waits until the function has returned. It comes back at once where none
// was started.
func (t *Task) Join() {
	t.done.Wait()
	t.f = nil
}

// Go starts f as a task that nobody joins.
func Go(f func()) {
	start(0, func() { guard(nil, f) })
}

// Event wakes up a task. Signal leaves a mark that the next Wait takes, so that
// it does not matter which comes first; signalling twice is signalling once. The
// zero value is ready and holds no mark. One task may wait at a time, any number
// may signal. An Event can be used again and again, and must not be copied.
type Event struct {
	once  sync.Once
	ch    chan struct{}
	timer *time.Timer
}

func (e *Event) init() { e.ch = make(chan struct{}, 1) }

// Signal wakes the waiting task, or the next that waits. It never blocks.
func (e *Event) Signal() {
	e.once.Do(e.init)
	select {
	case e.ch <- struct{}{}:
	default:
	}
}

// Wait waits for a signal, for at most d; zero or less sets no limit. It gives
// false where the time passed without one.
func (e *Event) Wait(d time.Duration) bool {
	e.once.Do(e.init)
	if d <= 0 {
		<-e.ch
		return true
	}
	if e.timer == nil {
		e.timer = time.NewTimer(d)
	} else {
		e.timer.Reset(d)
	}
	select {
	case <-e.ch:
		e.timer.Stop()
		return true
	case <-e.timer.C:
		return false
	}
}

// Reset takes away a mark that nobody waited for.
func (e *Event) Reset() {
	e.once.Do(e.init)
	select {
	case <-e.ch:
	default:
	}
}

// Sleep pauses the calling task for d. It ends early, giving false, where cancel
// is not nil and is signalled.
func Sleep(d time.Duration, cancel *Event) bool {
	if d <= 0 {
		return true
	}
	if cancel != nil {
		return !cancel.Wait(d)
	}
	time.Sleep(d)
	return true
}

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
