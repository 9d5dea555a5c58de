package lua

import (
	"sync"

	"gohap/runtime/conn"
)

// lock admits one task at a time, in the order of their coming. Whoever waits for it
// gives its thread back. The zero value is free.
type lock struct {
	mu    sync.Mutex // held for a few instructions only
	held  bool
	queue []*conn.Event
}

func (l *lock) acquire() {
	l.mu.Lock()
	if !l.held {
		l.held = true
		l.mu.Unlock()
		return
	}
	e := new(conn.Event)
	l.queue = append(l.queue, e)
	l.mu.Unlock()
	e.Wait(0) // the lock comes with the signal
}

func (l *lock) release() {
	l.mu.Lock()
	if len(l.queue) == 0 {
		l.held = false
		l.mu.Unlock()
		return
	}
	e := l.queue[0]
	l.queue[0] = nil
	l.queue = l.queue[1:]
	l.mu.Unlock()
	e.Signal()
}
