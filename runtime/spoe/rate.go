package spoe

import "sync/atomic"

// rate counts what happens in the current second. The zero value has counted nothing.
type rate struct{ second, n atomic.Int64 }

// add counts one at now, in milliseconds.
func (r *rate) add(now int64) {
	if s := now / 1000; r.second.Swap(s) != s {
		r.n.Store(0)
	}
	r.n.Add(1)
}

// full reports whether limit is reached; 0 sets none.
func (r *rate) full(now int64, limit int) bool {
	return limit > 0 && r.second.Load() == now/1000 && r.n.Load() >= int64(limit)
}
