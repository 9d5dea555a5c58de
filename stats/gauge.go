package stats

import "sync/atomic"

// A Gauge is an exact number that rises and falls (sessions, queue length),
// with the highest value seen. It is one shared atomic, not sharded, because
// limits such as maxconn and algorithms such as leastconn need its exact value.
// The zero value is ready. All methods may be called concurrently.
type Gauge struct {
	cur atomic.Int64
	max atomic.Int64
}

// Inc adds one and returns the new value.
func (g *Gauge) Inc() int64 { return g.Add(1) }

// Dec takes one off and returns the new value.
func (g *Gauge) Dec() int64 { return g.cur.Add(-1) }

// Add adds n, which may be negative, and returns the new value.
func (g *Gauge) Add(n int64) int64 {
	v := g.cur.Add(n)
	raise(&g.max, v)
	return v
}

// TryInc adds one unless the gauge has already reached limit, and reports
// whether it did. A limit of zero or less means no limit.
func (g *Gauge) TryInc(limit int64) bool {
	if limit <= 0 {
		g.Inc()
		return true
	}
	for {
		v := g.cur.Load()
		if v >= limit {
			return false
		}
		if g.cur.CompareAndSwap(v, v+1) {
			raise(&g.max, v+1)
			return true
		}
	}
}

// Set replaces the current value.
func (g *Gauge) Set(n int64) {
	g.cur.Store(n)
	raise(&g.max, n)
}

// Load returns the current value.
func (g *Gauge) Load() int64 { return g.cur.Load() }

// Max returns the highest value seen since the start or the last ClearMax.
func (g *Gauge) Max() int64 { return g.max.Load() }

// ClearMax forgets the highest value; the current one stays.
func (g *Gauge) ClearMax() { g.max.Store(0) }

// raise lifts max to v if v is higher.
func raise(max *atomic.Int64, v int64) {
	for {
		m := max.Load()
		if v <= m || max.CompareAndSwap(m, v) {
			return
		}
	}
}

// unsigned turns a gauge's value into a column's: a momentary negative, which a
// reader can see between two updates of a hand-over, counts as zero.
func unsigned(v int64) uint64 { return uint64(max(v, 0)) }
