package conn

import (
	"sync/atomic"
	"time"
)

// Event wakes up a task. Signal leaves a mark that the next Wait takes, so that
// it does not matter which comes first; signalling twice is signalling once. The
// zero value is ready and holds no mark. One task may wait at a time, any number
// may signal. An Event can be used again and again, and must not be copied.
type Event struct {
	state atomic.Pointer[waiter] // nil, &marked, or who waits
	own   *sleeper               // of a goroutine that waits; made at the first need
}

// waiter is what an Event wakes: a job of a loop, or without one a goroutine, whose
// job it is to be told.
type waiter struct {
	loop *loop
	job  job
}

// job is what is run when a waiter is woken, on a loop in a task.
type job interface{ run() }

// marked is the state of an Event that was signalled while nobody waited.
var marked waiter

// Signal wakes the waiting task, or the next that waits. It never blocks.
func (e *Event) Signal() { e.signal(nil) }

// signal is Signal on the thread of the loop from; nil stands for any other.
func (e *Event) signal(from *loop) {
	for {
		switch w := e.state.Load(); w {
		case &marked:
			return
		case nil:
			if e.state.CompareAndSwap(nil, &marked) {
				return
			}
		default:
			if e.state.CompareAndSwap(w, nil) {
				w.wake(from)
				return
			}
		}
	}
}

func (w *waiter) wake(from *loop) {
	switch {
	case w.loop == nil:
		w.job.run()
		from.yield()
	case w.loop == from:
		from.push(w)
	default:
		w.loop.post(w)
	}
}

// enter has w woken by the next signal. It gives false where there is a mark,
// which it takes. A second waiter would look for a mark for ever, and keep its
// loop from bringing one.
func (e *Event) enter(w *waiter) bool {
	if e.state.CompareAndSwap(nil, w) {
		return true
	}
	if !e.state.CompareAndSwap(&marked, nil) {
		panic("conn: two tasks wait for one Event")
	}
	return false
}

// leave undoes enter. It gives false where w was woken meanwhile.
func (e *Event) leave(w *waiter) bool { return e.state.CompareAndSwap(w, nil) }

// Wait waits for a signal, for at most d; zero or less sets no limit. It gives
// false where the time passed without one.
func (e *Event) Wait(d time.Duration) bool {
	if e.state.Load() == &marked {
		e.Reset()
		return true
	}
	if t := running(); t != nil {
		return t.wait(e, d)
	}
	return e.sleep(d)
}

// WaitOn is Wait for a task of the loop that serves c, which need not be looked
// for.
func (e *Event) WaitOn(c *Conn, d time.Duration) bool {
	if e.state.Load() == &marked {
		e.Reset()
		return true
	}
	if t := c.sock.turns().runs(); t != nil {
		return t.wait(e, d)
	}
	return e.Wait(d)
}

// sleep is Wait for a goroutine.
func (e *Event) sleep(d time.Duration) bool {
	if e.own == nil {
		e.own = &sleeper{ch: make(chan struct{}, 1)}
		e.own.job = e.own
	}
	return e.own.wait(e, d)
}

// Reset takes away a mark that nobody waited for.
func (e *Event) Reset() { e.state.CompareAndSwap(&marked, nil) }

// sleeper is a goroutine that waits.
type sleeper struct {
	waiter
	ch    chan struct{}
	timer *time.Timer
}

func (s *sleeper) run() { s.ch <- struct{}{} } // has room: a waiter is woken once

func (s *sleeper) wait(e *Event, d time.Duration) bool {
	if !e.enter(&s.waiter) {
		return true
	}
	if d <= 0 {
		<-s.ch
		return true
	}
	if s.timer == nil {
		s.timer = time.NewTimer(d)
	} else {
		s.timer.Reset(d)
	}
	select {
	case <-s.ch:
		s.timer.Stop()
		return true
	case <-s.timer.C:
		if e.leave(&s.waiter) {
			return false
		}
		<-s.ch
		return true
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
	if t := running(); t != nil {
		t.wait(&t.never, d)
	} else {
		time.Sleep(d)
	}
	return true
}
