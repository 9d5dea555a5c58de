package stats

import (
	"sync/atomic"
	"unsafe"
)

// RelayCounters are the cumulative counters that a backend and a server have in
// common: what was sent to servers and what came of it.
type RelayCounters struct {
	Sessions         atomic.Uint64 // streams; counted by the Session methods
	Balanced         atomic.Uint64 // chosen by load balancing, not by persistence or queue
	Requests         atomic.Uint64 // HTTP requests
	BytesIn          atomic.Uint64 // from clients
	BytesOut         atomic.Uint64 // to clients
	DeniedResponses  atomic.Uint64
	ConnectionErrors atomic.Uint64 // econ
	ResponseErrors   atomic.Uint64 // eresp
	Retries          atomic.Uint64 // wretr
	Redispatches     atomic.Uint64 // wredis
	ClientAborts     atomic.Uint64 // cli_abrt
	ServerAborts     atomic.Uint64 // srv_abrt
	RewriteErrors    atomic.Uint64
	InternalErrors   atomic.Uint64
	Connects         atomic.Uint64 // connection attempts
	Reuses           atomic.Uint64 // requests sent over an idle connection
	Responses        Responses
	TLS              TLS
}

// BackendCounters are the cumulative counters of a backend.
type BackendCounters struct {
	RelayCounters
	DeniedRequests atomic.Uint64
	Intercepted    atomic.Uint64
	CacheLookups   atomic.Uint64
	CacheHits      atomic.Uint64
	Compression    Compression
	H1             H1
	H2             H2
}

// BackendShard is a worker loop's part of a backend's counters.
type BackendShard struct {
	BackendCounters
	Open Open
	last atomic.Int64 // time of the last session
	_    [line - (unsafe.Sizeof(BackendCounters{})+unsafe.Sizeof(Open{})+8)%line]byte
}

// A Backend counts what a proxy sends to its servers. Make one with
// [NewBackend]. All methods may be called concurrently.
type Backend struct {
	shards   []BackendShard
	sessRate Rate

	Current Gauge // streams assigned to this backend, for fullconn and logs
	Queue   Gauge // streams waiting for any server
	Times   Times
	Latency *Histogram // total times of successful streams; never nil

	Health Health
}

// NewBackend returns the counters of a backend for the given number of worker
// loops.
func NewBackend(loops int) *Backend {
	b := &Backend{shards: make([]BackendShard, shardCount(loops)), Latency: NewHistogram(loops)}
	b.sessRate.init(loops)
	b.Times.init(loops)
	return b
}

// At returns the counters that the given worker loop updates.
func (b *Backend) At(shard int) *BackendShard { return &b.shards[shard&(len(b.shards)-1)] }

// Session counts a stream that was directed to this backend.
func (b *Backend) Session(shard int, now int64) {
	b.At(shard).Sessions.Add(1)
	b.sessRate.Add(shard, now, 1)
}

// Assigned notes that a server of this backend was given a stream, for
// "lastsess".
func (b *Backend) Assigned(shard int, now int64) { b.At(shard).last.Store(now) }

// SessionRate returns the sessions of the last second.
func (b *Backend) SessionRate(now int64) uint64 { return b.sessRate.Load(now) }

// Sum returns the counters of all shards together, in a copy of its own.
func (b *Backend) Sum() *BackendShard {
	t := new(BackendShard)
	for i := range b.shards {
		s := &b.shards[i]
		add(&t.BackendCounters, &s.BackendCounters)
		add(&t.Open, &s.Open)
		raise(&t.last, s.last.Load())
	}
	return t
}

// ClearMax forgets the maxima, as "clear counters" does.
func (b *Backend) ClearMax() {
	b.Current.ClearMax()
	b.Queue.ClearMax()
	b.sessRate.ClearMax()
	b.Times.ClearMax()
}

// Clear forgets everything but what is open now, as "clear counters all" does.
func (b *Backend) Clear() {
	b.ClearMax()
	b.Times.Clear()
	b.Latency.Clear()
	b.Health.clear()
	for i := range b.shards {
		zero(&b.shards[i].BackendCounters)
		b.shards[i].last.Store(0)
	}
}

// Fill sets the columns of r that these counters provide, as of now.
func (b *Backend) Fill(r *Row, now int64) {
	t := b.Sum()
	r.SessionsCur, r.SessionsMax = unsigned(b.Current.Load()), unsigned(b.Current.Max())
	r.QueueCur, r.QueueMax = unsigned(b.Queue.Load()), unsigned(b.Queue.Max())
	r.SessRate, r.SessRateMax = b.sessRate.Load(now), b.sessRate.Max()
	r.fillRelay(&t.RelayCounters)
	r.LastSession = since(t.last.Load(), now)
	r.Times = b.Times.Load()
	b.Health.fill(r, now)
	r.DeniedRequests, r.Intercepted = t.DeniedRequests.Load(), t.Intercepted.Load()
	r.CacheLookups, r.CacheHits = t.CacheLookups.Load(), t.CacheHits.Load()
	r.fillCompression(&t.Compression)
	r.fillCodecs(&t.H1, &t.H2, &t.Open)
}

// since returns the whole seconds from then to now, or -1 if then is 0.
func since(then, now int64) int64 {
	if then == 0 {
		return -1
	}
	return max(now-then, 0) / 1000
}
