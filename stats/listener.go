package stats

import (
	"sync/atomic"
	"unsafe"
)

// ListenerCounters are the cumulative counters of one bind address.
type ListenerCounters struct {
	Sessions          atomic.Uint64
	BytesIn           atomic.Uint64
	BytesOut          atomic.Uint64
	DeniedRequests    atomic.Uint64
	DeniedResponses   atomic.Uint64
	DeniedConnections atomic.Uint64
	DeniedSessions    atomic.Uint64
	RequestErrors     atomic.Uint64
	RewriteErrors     atomic.Uint64
	InternalErrors    atomic.Uint64
	TLS               TLS
}

// ListenerShard is a worker loop's part of a listener's counters.
type ListenerShard struct {
	ListenerCounters
	_ [line - unsafe.Sizeof(ListenerCounters{})%line]byte
}

// A Listener counts what enters through one bind address. HAProxy keeps these
// figures only under "option socket-stats"; without it, a nil *Listener holds
// the place and the caller skips it. Make one with [NewListener].
type Listener struct {
	shards []ListenerShard

	Current Gauge // sessions, for the bind line's maxconn
}

// NewListener returns the counters of a listener for the given number of worker
// loops.
func NewListener(loops int) *Listener {
	return &Listener{shards: make([]ListenerShard, shardCount(loops))}
}

// At returns the counters that the given worker loop updates.
func (l *Listener) At(shard int) *ListenerShard { return &l.shards[shard&(len(l.shards)-1)] }

// Sum returns the counters of all shards together, in a copy of its own.
func (l *Listener) Sum() *ListenerShard {
	t := new(ListenerShard)
	for i := range l.shards {
		add(t, &l.shards[i])
	}
	return t
}

// ClearMax forgets the maxima.
func (l *Listener) ClearMax() { l.Current.ClearMax() }

// Clear forgets everything but what is open now.
func (l *Listener) Clear() {
	l.ClearMax()
	for i := range l.shards {
		zero(&l.shards[i].ListenerCounters)
	}
}

// Fill sets the columns of r that these counters provide.
func (l *Listener) Fill(r *Row) {
	t := l.Sum()
	r.SessionsCur, r.SessionsMax = unsigned(l.Current.Load()), unsigned(l.Current.Max())
	r.Sessions = t.Sessions.Load()
	r.BytesIn, r.BytesOut = t.BytesIn.Load(), t.BytesOut.Load()
	r.DeniedRequests, r.DeniedResponses = t.DeniedRequests.Load(), t.DeniedResponses.Load()
	r.DeniedConnections, r.DeniedSessions = t.DeniedConnections.Load(), t.DeniedSessions.Load()
	r.RequestErrors, r.RewriteErrors = t.RequestErrors.Load(), t.RewriteErrors.Load()
	r.InternalErrors = t.InternalErrors.Load()
	r.fillTLS(&t.TLS)
}
