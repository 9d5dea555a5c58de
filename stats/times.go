package stats

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// window is the number of latest events that a time average covers.
const window = 1024

// foldEvery is the number of events that a shard gathers before it adds them to
// the average.
const foldEvery = 16

// Times holds the averages over the latest 1024 successful streams of the time
// spent in the queue, connecting, waiting for the response and in total, and
// the longest of each, in milliseconds. Shards gather events apart and fold
// them into the averages now and then, and whenever the averages are read.
type Times struct {
	shards []timesShard

	mu   sync.Mutex // guards mean and n
	mean [4]float64
	n    float64
}

type timesShard struct {
	timesCell
	_ [line - unsafe.Sizeof(timesCell{})%line]byte
}

type timesCell struct {
	n   atomic.Uint64
	sum [4]atomic.Uint64
	max [4]atomic.Int64
}

// TimesValue is one reading of a Times: averages, rounded up as HAProxy rounds
// them, and maxima, in milliseconds.
type TimesValue struct {
	Queue, Connect, Response, Total             uint64
	QueueMax, ConnectMax, ResponseMax, TotalMax uint64
}

func (t *Times) init(loops int) { t.shards = make([]timesShard, shardCount(loops)) }

// Record counts one successful stream. Negative times count as zero. It never
// waits.
func (t *Times) Record(shard int, queue, connect, response, total int64) {
	s := &t.shards[shard&(len(t.shards)-1)]
	for i, v := range [4]int64{queue, connect, response, total} {
		if v > 0 {
			s.sum[i].Add(uint64(v))
			raise(&s.max[i], v)
		}
	}
	if s.n.Add(1) >= foldEvery && t.mu.TryLock() {
		t.fold(s)
		t.mu.Unlock()
	}
}

// Load returns the averages and maxima as they stand.
func (t *Times) Load() TimesValue {
	t.mu.Lock()
	defer t.mu.Unlock()
	var top [4]int64
	for i := range t.shards {
		s := &t.shards[i]
		t.fold(s)
		for j := range top {
			top[j] = max(top[j], s.max[j].Load())
		}
	}
	return TimesValue{
		Queue: ceil(t.mean[0]), Connect: ceil(t.mean[1]), Response: ceil(t.mean[2]), Total: ceil(t.mean[3]),
		QueueMax: unsigned(top[0]), ConnectMax: unsigned(top[1]), ResponseMax: unsigned(top[2]), TotalMax: unsigned(top[3]),
	}
}

// ClearMax forgets the maxima.
func (t *Times) ClearMax() {
	for i := range t.shards {
		for j := range t.shards[i].max {
			t.shards[i].max[j].Store(0)
		}
	}
}

// Clear forgets averages and maxima.
func (t *Times) Clear() {
	t.ClearMax()
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.shards {
		t.fold(&t.shards[i])
	}
	t.mean, t.n = [4]float64{}, 0
}

// fold moves what a shard has gathered into the averages: a plain mean until
// the window is full, then one in which an event fades as newer ones come.
func (t *Times) fold(s *timesShard) {
	k := float64(s.n.Swap(0))
	if k == 0 {
		return
	}
	t.n = min(t.n+k, window)
	w := min(k/t.n, 1)
	for i := range t.mean {
		t.mean[i] += (float64(s.sum[i].Swap(0))/k - t.mean[i]) * w
	}
}

// ceil rounds up, forgiving the last digits that float arithmetic leaves over.
func ceil(v float64) uint64 {
	n := uint64(v)
	if v-float64(n) > 1e-6 {
		n++
	}
	return n
}
