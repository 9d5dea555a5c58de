package stats

import (
	"sync/atomic"
	"unsafe"
)

// FrontendCounters are the cumulative counters of a frontend.
type FrontendCounters struct {
	Connections       atomic.Uint64 // accepted; counted by Frontend.Connection
	Sessions          atomic.Uint64 // passed the connection rules; by Frontend.Session
	Requests          atomic.Uint64 // HTTP requests; counted by Frontend.Request
	BytesIn           atomic.Uint64 // from clients
	BytesOut          atomic.Uint64 // to clients
	DeniedRequests    atomic.Uint64
	DeniedResponses   atomic.Uint64
	DeniedConnections atomic.Uint64 // by "tcp-request connection"
	DeniedSessions    atomic.Uint64 // by "tcp-request session"
	RequestErrors     atomic.Uint64
	RewriteErrors     atomic.Uint64 // failed header rewrites
	InternalErrors    atomic.Uint64
	Intercepted       atomic.Uint64 // answered here: redirects, statistics, services
	CacheLookups      atomic.Uint64
	CacheHits         atomic.Uint64
	Responses         Responses
	Compression       Compression
	TLS               TLS
	H1                H1
	H2                H2
}

// FrontendShard is a worker loop's part of a frontend's counters.
type FrontendShard struct {
	FrontendCounters
	Open Open
	_    [line - (unsafe.Sizeof(FrontendCounters{})+unsafe.Sizeof(Open{}))%line]byte
}

// A Frontend counts what enters through a proxy's listeners. Make one with
// [NewFrontend]. All methods may be called concurrently.
type Frontend struct {
	shards                         []FrontendShard
	connRate, sessRate, requestsPS Rate

	Current Gauge // sessions, for maxconn
}

// NewFrontend returns the counters of a frontend for the given number of worker
// loops.
func NewFrontend(loops int) *Frontend {
	f := &Frontend{shards: make([]FrontendShard, shardCount(loops))}
	f.connRate.init(loops)
	f.sessRate.init(loops)
	f.requestsPS.init(loops)
	return f
}

// At returns the counters that the given worker loop updates. Any index is
// safe; a caller outside of the loops may use any.
func (f *Frontend) At(shard int) *FrontendShard { return &f.shards[shard&(len(f.shards)-1)] }

// Connection counts an accepted connection.
func (f *Frontend) Connection(shard int, now int64) {
	f.At(shard).Connections.Add(1)
	f.connRate.Add(shard, now, 1)
}

// Session counts a connection that has passed the connection rules.
func (f *Frontend) Session(shard int, now int64) {
	f.At(shard).Sessions.Add(1)
	f.sessRate.Add(shard, now, 1)
}

// Request counts an HTTP request.
func (f *Frontend) Request(shard int, now int64) {
	f.At(shard).Requests.Add(1)
	f.requestsPS.Add(shard, now, 1)
}

// SessionRate returns the sessions of the last second, for "rate-limit
// sessions".
func (f *Frontend) SessionRate(now int64) uint64 { return f.sessRate.Load(now) }

// RequestRate returns the HTTP requests of the last second.
func (f *Frontend) RequestRate(now int64) uint64 { return f.requestsPS.Load(now) }

// Sum returns the counters of all shards together, in a copy of its own.
func (f *Frontend) Sum() *FrontendShard {
	t := new(FrontendShard)
	for i := range f.shards {
		add(t, &f.shards[i])
	}
	return t
}

// ClearMax forgets the maxima, as "clear counters" does.
func (f *Frontend) ClearMax() {
	f.Current.ClearMax()
	f.connRate.ClearMax()
	f.sessRate.ClearMax()
	f.requestsPS.ClearMax()
}

// Clear forgets everything but what is open now, as "clear counters all" does.
func (f *Frontend) Clear() {
	f.ClearMax()
	for i := range f.shards {
		zero(&f.shards[i].FrontendCounters)
	}
}

// Fill sets the columns of r that these counters provide, as of now.
func (f *Frontend) Fill(r *Row, now int64) {
	t := f.Sum()
	r.SessionsCur, r.SessionsMax = unsigned(f.Current.Load()), unsigned(f.Current.Max())
	r.Connections, r.Sessions, r.Requests = t.Connections.Load(), t.Sessions.Load(), t.Requests.Load()
	r.ConnRate, r.ConnRateMax = f.connRate.Load(now), f.connRate.Max()
	r.SessRate, r.SessRateMax = f.sessRate.Load(now), f.sessRate.Max()
	r.RequestRate, r.RequestRateMax = f.requestsPS.Load(now), f.requestsPS.Max()
	r.BytesIn, r.BytesOut = t.BytesIn.Load(), t.BytesOut.Load()
	r.DeniedRequests, r.DeniedResponses = t.DeniedRequests.Load(), t.DeniedResponses.Load()
	r.DeniedConnections, r.DeniedSessions = t.DeniedConnections.Load(), t.DeniedSessions.Load()
	r.RequestErrors, r.RewriteErrors = t.RequestErrors.Load(), t.RewriteErrors.Load()
	r.InternalErrors, r.Intercepted = t.InternalErrors.Load(), t.Intercepted.Load()
	r.CacheLookups, r.CacheHits = t.CacheLookups.Load(), t.CacheHits.Load()
	r.Responses = t.Responses.load()
	r.fillCompression(&t.Compression)
	r.fillTLS(&t.TLS)
	r.fillCodecs(&t.H1, &t.H2, &t.Open)
}
