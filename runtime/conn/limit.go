package conn

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Limit is a maxconn: so many connections at a time, of a listener, of a
// frontend or of the whole process. Listeners that share it stop accepting while
// it is full, so that the kernel's queue holds what comes, and go on when a slot
// frees. The zero value has no bound. Any number of tasks may use it; it must not
// be copied.
type Limit struct {
	max, cur atomic.Int64
	waiting  atomic.Int32

	mu      sync.Mutex
	waiters []*Event
}

// NewLimit makes a limit of max connections; zero or less sets no bound.
func NewLimit(max int64) *Limit {
	l := new(Limit)
	l.max.Store(max)
	return l
}

// Acquire takes a slot, and gives false where there is none.
func (l *Limit) Acquire() bool {
	for {
		cur, max := l.cur.Load(), l.max.Load()
		if max > 0 && cur >= max {
			return false
		}
		if l.cur.CompareAndSwap(cur, cur+1) {
			return true
		}
	}
}

// Release gives a slot back.
func (l *Limit) Release() {
	l.cur.Add(-1)
	l.wake()
}

// Current is the number of slots taken.
func (l *Limit) Current() int64 { return l.cur.Load() }

// Max is the bound; zero or less where there is none.
func (l *Limit) Max() int64 { return l.max.Load() }

// SetMax changes the bound. Connections beyond it stay.
func (l *Limit) SetMax(max int64) {
	l.max.Store(max)
	l.wake()
}

func (l *Limit) full() bool {
	max := l.max.Load()
	return max > 0 && l.cur.Load() >= max
}

// notify has e signalled when a slot may be free, until forget.
func (l *Limit) notify(e *Event) {
	l.mu.Lock()
	l.waiters = append(l.waiters, e)
	l.waiting.Store(int32(len(l.waiters)))
	l.mu.Unlock()
	if !l.full() {
		e.Signal() // freed between our Acquire and our entry in the list
	}
}

func (l *Limit) forget(e *Event) {
	l.mu.Lock()
	if i := slices.Index(l.waiters, e); i >= 0 {
		l.waiters = slices.Delete(l.waiters, i, i+1)
	}
	l.waiting.Store(int32(len(l.waiters)))
	l.mu.Unlock()
}

func (l *Limit) wake() {
	if l.waiting.Load() == 0 {
		return
	}
	l.mu.Lock()
	for _, e := range l.waiters {
		e.Signal()
	}
	l.mu.Unlock()
}
