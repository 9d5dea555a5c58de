package stats

import (
	"sync/atomic"
	"unsafe"
)

// A Rate counts events per second over the last second, and keeps the highest
// count that a whole second of the clock has seen. Each shard counts on its own
// line; a shard that enters a new second adds up what all of them counted in
// the one that it leaves, which is how the maximum stays exact without a shared
// word in the way of every event. Not usable before init.
type Rate struct {
	shards []rateShard
	max    atomic.Int64
}

// rateShard is a shard's part of up to ratesPerLine rates.
type rateShard struct {
	cur  atomic.Uint64 // second<<40 | events in it
	prev atomic.Uint64 // the same for the latest earlier second with events
	_    [line - 2*unsafe.Sizeof(atomic.Uint64{})]byte
}

const (
	rateBits = 40
	rateMask = 1<<rateBits - 1
)

func (r *Rate) init(loops int) { r.shards = make([]rateShard, shardCount(loops)) }

// Add counts n events at now. It may be called concurrently, also for one shard.
func (r *Rate) Add(shard int, now int64, n uint64) {
	s := &r.shards[shard&(len(r.shards)-1)]
	sec := second(now)
	for {
		old := s.cur.Load()
		if old>>rateBits == sec {
			s.cur.Add(n & rateMask)
			return
		}
		if s.cur.CompareAndSwap(old, sec<<rateBits|n&rateMask) {
			s.prev.Store(old)
			r.raise(old >> rateBits)
			return
		}
	}
}

// Load returns the events of the last second before now: those of the clock's
// current second and the share of the previous one that still lies within.
func (r *Rate) Load(now int64) uint64 { return uint64(r.Float(now)) }

// Float is Load with its fraction.
func (r *Rate) Float(now int64) float64 {
	sec := second(now)
	cur, prev := r.sum(sec), r.sum(sec-1)
	if cur == 0 && prev <= 1 {
		return float64(prev) // a lone event stays visible for its whole second
	}
	return float64(cur) + float64(prev)*float64(1000-now%1000)/1000
}

// Max returns the highest number of events in one second.
func (r *Rate) Max() uint64 {
	for i := range r.shards {
		r.raise(r.shards[i].cur.Load() >> rateBits)
	}
	return unsigned(r.max.Load())
}

// ClearMax forgets the maximum and the seconds before now.
func (r *Rate) ClearMax() {
	for i := range r.shards {
		r.shards[i].prev.Store(0)
		r.shards[i].cur.Store(0)
	}
	r.max.Store(0)
}

// sum adds what the shards counted in the second sec.
func (r *Rate) sum(sec uint64) uint64 {
	var n uint64
	for i := range r.shards {
		s := &r.shards[i]
		if c := s.cur.Load(); c>>rateBits == sec {
			n += c & rateMask
		} else if p := s.prev.Load(); p>>rateBits == sec {
			n += p & rateMask
		}
	}
	return n
}

func (r *Rate) raise(sec uint64) {
	if sec != 0 { // 0 marks a word that has counted nothing yet
		raise(&r.max, int64(r.sum(sec)))
	}
}

// second is the clock's second as stored beside a count: never 0, and short
// enough for its place (it wraps after 194 days, which only a counter idle for
// exactly that long could notice).
func second(now int64) uint64 {
	const seconds = 1<<(64-rateBits) - 1
	return uint64(now/1000)%seconds + 1
}
