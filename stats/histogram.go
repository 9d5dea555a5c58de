package stats

import (
	"math/bits"
	"sync/atomic"
	"time"
)

const (
	// subBits sets a histogram's resolution: 2^subBits buckets for each power of
	// two, so a bucket is at most an eighth of its value wide.
	subBits = 3
	// topBit bounds its range: 2^topBit microseconds, about 71 minutes.
	topBit  = 32
	buckets = (topBit - subBits + 1) << subBits
)

// A Histogram counts durations in log-linear buckets, from one microsecond to
// over an hour, exact to 12.5 %. HAProxy has no equal, so it stands outside of
// the column table. Make one with [NewHistogram]. All methods may be called
// concurrently.
type Histogram struct {
	shards [][buckets]atomic.Uint64
}

// NewHistogram returns an empty histogram for the given number of worker loops.
func NewHistogram(loops int) *Histogram {
	return &Histogram{shards: make([][buckets]atomic.Uint64, shardCount(loops))}
}

// Record counts one duration; what lies outside of the range counts at its end.
func (h *Histogram) Record(shard int, d time.Duration) {
	h.shards[shard&(len(h.shards)-1)][bucket(d)].Add(1)
}

// Clear forgets everything.
func (h *Histogram) Clear() {
	for i := range h.shards {
		for j := range h.shards[i] {
			h.shards[i][j].Store(0)
		}
	}
}

// Quantiles writes to out the durations below which the fractions q of all
// recorded ones lie (0.5 is the median), q ascending, and returns the number of
// recorded durations. A value is the upper end of its bucket; with nothing
// recorded all are zero.
func (h *Histogram) Quantiles(q []float64, out []time.Duration) (count uint64) {
	var sum [buckets]uint64
	for i := range h.shards {
		for j := range sum {
			n := h.shards[i][j].Load()
			sum[j] += n
			count += n
		}
	}
	clear(out)
	if count == 0 {
		return 0
	}
	var seen uint64
	i := 0
	for b, n := range sum {
		seen += n
		for i < len(q) && i < len(out) && float64(seen) >= q[i]*float64(count) && seen > 0 {
			out[i] = upper(b)
			i++
		}
	}
	return count
}

// bucket returns the bucket of d: values below 2^subBits microseconds have one
// each, above that the leading subBits+1 bits choose.
func bucket(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	if us >= 1<<topBit {
		return buckets - 1
	}
	e := bits.Len64(us>>subBits) - 1
	if e <= 0 {
		return int(us)
	}
	return e<<subBits + int(us>>e)
}

// upper returns the highest duration that falls into bucket b.
func upper(b int) time.Duration {
	e := b>>subBits - 1
	if e <= 0 {
		return time.Duration(b+1)*time.Microsecond - 1
	}
	m := uint64(b&(1<<subBits-1)) | 1<<subBits
	return time.Duration((m+1)<<e)*time.Microsecond - 1
}

// Latency is one reading of a [Histogram].
type Latency struct {
	Count              uint64
	P50, P90, P99, Max time.Duration
}

// Latency returns the quantiles that people ask for.
func (h *Histogram) Latency() Latency {
	var q [4]time.Duration
	n := h.Quantiles([]float64{0.5, 0.9, 0.99, 1}, q[:])
	return Latency{n, q[0], q[1], q[2], q[3]}
}
