package spoe

import "sync"

// rate tells how often something has happened in the last second, about: what was in
// the current one, and the share of the one before that is not a second ago. The zero
// value has counted nothing.
type rate struct {
	mu            sync.Mutex
	second        int64
	current, past int64
}

// turn goes on to the second of now, in milliseconds. The lock is held.
func (r *rate) turn(now int64) {
	switch s := now / 1000; {
	case s == r.second:
	case s == r.second+1:
		r.second, r.past, r.current = s, r.current, 0
	default:
		r.second, r.past, r.current = s, 0, 0
	}
}

// add counts one at now.
func (r *rate) add(now int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(now)
	r.current++
}

// full reports whether limit is reached; 0 sets none.
func (r *rate) full(now int64, limit int) bool {
	if limit <= 0 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(now)
	n := r.current + r.past*(1000-now%1000)/1000
	if r.past == 1 && r.current == 0 {
		n = 1 // less than one is hard to tell
	}
	return n >= int64(limit)
}
