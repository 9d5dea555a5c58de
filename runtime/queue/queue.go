// Package queue holds the streams that wait for a connection slot, of one
// server or of any server of a backend (configuration.txt 5.2 "maxconn", 4.2
// "timeout queue").
//
// The queue knows nothing of servers: T is what a waiter is given when its turn
// comes. Whoever frees a slot calls [Give] with the queues that the slot can
// serve. Because a slot may be freed
// between a failed attempt to get one and the Add, a stream tries once more
// after Add.
package queue

import (
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
)

// Queue is a list of waiters: those of a lower class before those of a higher
// one, within a class who came first, give or take an offset. The zero value is
// empty. It is safe for concurrent use.
type Queue[T any] struct {
	mu         sync.Mutex
	head, tail *Waiter[T]
	gone       int // counts those that left
	n          atomic.Int64
	max        atomic.Int64
}

// Waiter is a stream's place in a queue. It is embedded in the stream, used
// again for the next wait, and must not be copied.
type Waiter[T any] struct {
	event      conn.Event
	queue      *Queue[T]
	prev, next *Waiter[T]
	rank       rank
	// gone is the queue's when w came; once w has left, what was added to it.
	gone  int
	given T
	done  bool
}

// rank is what waiters are ordered by.
type rank struct {
	class int32
	since time.Time
}

func (r rank) before(o rank) bool {
	return r.class < o.class || r.class == o.class && r.since.Before(o.since)
}

// Len returns the number of waiters.
func (q *Queue[T]) Len() int { return int(q.n.Load()) }

// Max returns the highest length seen.
func (q *Queue[T]) Max() int { return int(q.max.Load()) }

// Add puts w behind all of its rank, as if it came offset later.
func (q *Queue[T]) Add(w *Waiter[T], class int32, offset time.Duration) {
	w.event.Reset()
	q.mu.Lock()
	defer q.mu.Unlock()
	var none T
	w.queue, w.rank, w.given, w.done = q, rank{class, time.Now().Add(offset)}, none, false
	w.gone = q.gone
	at := q.tail
	for at != nil && w.rank.before(at.rank) {
		at = at.prev
	}
	q.insert(w, at)
	if n := q.n.Add(1); n > q.max.Load() {
		q.max.Store(n)
	}
}

// insert puts w behind at, or in front of all where that is nil; the lock is
// held.
func (q *Queue[T]) insert(w, at *Waiter[T]) {
	if w.prev = at; at != nil {
		w.next, at.next = at.next, w
	} else {
		w.next, q.head = q.head, w
	}
	if w.next != nil {
		w.next.prev = w
	} else {
		q.tail = w
	}
}

// remove unlinks w; the lock is held and w is queued.
func (q *Queue[T]) remove(w *Waiter[T]) {
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		q.head = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	} else {
		q.tail = w.prev
	}
	w.prev, w.next = nil, nil
	q.gone++
	w.gone = q.gone - w.gone
	q.n.Add(-1)
}

// first returns the rank of the first waiter; ok is false for an empty queue.
func (q *Queue[T]) first() (r rank, ok bool) {
	if q.n.Load() == 0 {
		return rank{}, false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == nil {
		return rank{}, false
	}
	return q.head.rank, true
}

// give takes the first waiter and gives it v; it reports false when the queue
// is empty.
func (q *Queue[T]) give(v T) bool {
	q.mu.Lock()
	w := q.head
	if w == nil {
		q.mu.Unlock()
		return false
	}
	q.remove(w)
	w.given, w.done = v, true
	q.mu.Unlock()
	w.event.Signal()
	return true
}

// Give hands v to the waiter that is first in either queue and reports
// whether there was one. A nil queue is empty.
func Give[T any](v T, a, b *Queue[T]) bool {
	if a == nil {
		a, b = b, nil
	}
	if a == nil {
		return false
	}
	if b != nil {
		sa, okA := a.first()
		sb, okB := b.first()
		if okB && (!okA || sb.before(sa)) {
			a, b = b, a
		}
	}
	return a.give(v) || b != nil && b.give(v)
}

// Wait blocks until w is given something or d has passed; d ≤ 0 waits without
// end. It reports false after a time-out, w then being out of
// the queue.
func (w *Waiter[T]) Wait(d time.Duration) (T, bool) {
	w.event.Wait(d)
	q := w.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if !w.done {
		w.done = true
		q.remove(w)
		var none T
		return none, false
	}
	return w.given, true
}

// Position returns the place that w had in the queue it has left: how many left it
// meanwhile, w included.
func (w *Waiter[T]) Position() int { return w.gone }

// Leave ends the wait from another task, as if its time were up.
func (w *Waiter[T]) Leave() { w.event.Signal() }

// Drain gives every waiter the zero T, which tells it to choose anew: the
// server it waited for went down.
func (q *Queue[T]) Drain() int {
	var none T
	n := 0
	for q.give(none) {
		n++
	}
	return n
}
