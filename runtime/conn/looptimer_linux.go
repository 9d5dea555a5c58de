package conn

import (
	"sync"
	"sync/atomic"
)

// timers are those of a loop, a heap with the earliest on top. Any thread may set
// and stop them.
type timers struct {
	mu   sync.Mutex
	heap []*timer
	due  []*timer     // found by expire
	top  atomic.Int64 // when the earliest is due; 0 none
}

// timer calls its owner when it is due.
type timer struct {
	due   int64 // on the clock of Now
	place int   // in the heap, from 1 on; 0 is not set
	owner interface{ expired(l *loop) }
}

// next is when the earliest timer is due; 0 is never.
func (s *timers) next() int64 { return s.top.Load() }

// set has t fire at due. l is the loop that the timers belong to.
func (s *timers) set(t *timer, due int64, l *loop) {
	s.mu.Lock()
	t.due = due
	if t.place == 0 {
		s.heap = append(s.heap, t)
		t.place = len(s.heap)
	}
	s.fix(t)
	first := s.heap[0] == t
	s.note()
	s.mu.Unlock()
	if first {
		l.ring()
	}
}

func (s *timers) stop(t *timer) {
	s.mu.Lock()
	s.remove(t)
	s.note()
	s.mu.Unlock()
}

// note publishes when the earliest is due.
func (s *timers) note() {
	if len(s.heap) == 0 {
		s.top.Store(0)
	} else if due := s.heap[0].due; due != s.top.Load() {
		s.top.Store(due)
	}
}

func (s *timers) remove(t *timer) {
	if t.place == 0 {
		return
	}
	last := s.heap[len(s.heap)-1]
	s.heap[len(s.heap)-1] = nil
	s.heap = s.heap[:len(s.heap)-1]
	if last != t {
		s.put(last, t.place)
		s.fix(last)
	}
	t.place = 0
}

// expire fires what is due.
func (s *timers) expire(l *loop, now int64) {
	if due := s.next(); due == 0 || due > now {
		return
	}
	s.mu.Lock()
	for len(s.heap) > 0 && s.heap[0].due <= now {
		t := s.heap[0]
		s.remove(t)
		s.due = append(s.due, t)
	}
	s.note()
	s.mu.Unlock()
	for i, t := range s.due {
		s.due[i] = nil
		t.owner.expired(l)
	}
	s.due = s.due[:0]
}

func (s *timers) put(t *timer, place int) {
	s.heap[place-1] = t
	t.place = place
}

// fix moves t to where it belongs.
func (s *timers) fix(t *timer) {
	for t.place > 1 {
		up := s.heap[t.place/2-1]
		if up.due <= t.due {
			break
		}
		p := t.place
		s.put(t, up.place)
		s.put(up, p)
	}
	for {
		p := t.place
		child := 2 * p
		if child > len(s.heap) {
			return
		}
		if child < len(s.heap) && s.heap[child].due < s.heap[child-1].due {
			child++
		}
		down := s.heap[child-1]
		if down.due >= t.due {
			return
		}
		s.put(t, child)
		s.put(down, p)
	}
}
