package stats

import (
	"sync/atomic"
	"unsafe"
)

// ProcessCounters are the cumulative counters of the whole process.
type ProcessCounters struct {
	Connections     atomic.Uint64 // accepted, also by the stats socket; by Process.Connection
	Requests        atomic.Uint64
	TLSConnections  atomic.Uint64 // handshakes on both sides; by Process.TLSFrontend and TLSBackend
	TLSFrontend     atomic.Uint64 // of these, with clients
	TLSReused       atomic.Uint64 // of the latter, resumed ones
	CacheLookups    atomic.Uint64 // of TLS sessions
	CacheMisses     atomic.Uint64
	BytesOut        atomic.Uint64 // to clients; counted by Process.Sent
	SplicedBytesOut atomic.Uint64 // of these, by splice(2)
	DroppedLogs     atomic.Uint64
	ReceivedLogs    atomic.Uint64 // by log-forward sections
	Unresolved      atomic.Uint64 // failed DNS resolutions
}

// ProcessShard is a worker loop's part of the process's counters.
type ProcessShard struct {
	ProcessCounters
	_ [line - unsafe.Sizeof(ProcessCounters{})%line]byte
}

// Process counts what concerns the process as a whole. Make one with
// [NewProcess]. All methods may be called concurrently.
type Process struct {
	shards []ProcessShard

	connRate, sessRate, tlsRate, feKeyRate, beKeyRate, bytesRate, compIn, compOut Rate

	Conns    Gauge // client connections, for the global maxconn
	TLSConns Gauge // TLS endpoints on both sides, for maxsslconn
	Pipes    Gauge // pipes in use for splicing
}

// NewProcess returns the counters of the process for the given number of worker
// loops.
func NewProcess(loops int) *Process {
	p := &Process{shards: make([]ProcessShard, shardCount(loops))}
	for _, r := range p.rates() {
		r.init(loops)
	}
	return p
}

func (p *Process) rates() [8]*Rate {
	return [...]*Rate{&p.connRate, &p.sessRate, &p.tlsRate, &p.feKeyRate, &p.beKeyRate, &p.bytesRate, &p.compIn, &p.compOut}
}

// At returns the counters that the given worker loop updates.
func (p *Process) At(shard int) *ProcessShard { return &p.shards[shard&(len(p.shards)-1)] }

// Connection counts an accepted connection.
func (p *Process) Connection(shard int, now int64) {
	p.At(shard).Connections.Add(1)
	p.connRate.Add(shard, now, 1)
}

// Session counts a session of a client.
func (p *Process) Session(shard int, now int64) { p.sessRate.Add(shard, now, 1) }

// Sent counts bytes sent to a client, spliced of which never left the kernel.
func (p *Process) Sent(shard int, now int64, n, spliced uint64) {
	s := p.At(shard)
	s.BytesOut.Add(n)
	if spliced != 0 {
		s.SplicedBytesOut.Add(spliced)
	}
	p.bytesRate.Add(shard, now, n)
}

// TLSFrontend counts a handshake with a client.
func (p *Process) TLSFrontend(shard int, now int64, resumed bool) {
	s := p.At(shard)
	s.TLSConnections.Add(1)
	s.TLSFrontend.Add(1)
	p.tlsRate.Add(shard, now, 1)
	if resumed {
		s.TLSReused.Add(1)
	} else {
		p.feKeyRate.Add(shard, now, 1)
	}
}

// TLSBackend counts a handshake with a server.
func (p *Process) TLSBackend(shard int, now int64, resumed bool) {
	p.At(shard).TLSConnections.Add(1)
	if !resumed {
		p.beKeyRate.Add(shard, now, 1)
	}
}

// Compressed counts bytes submitted to and emitted by the HTTP compressor.
func (p *Process) Compressed(shard int, now int64, in, out uint64) {
	p.compIn.Add(shard, now, in)
	p.compOut.Add(shard, now, out)
}

// CompressRate returns the bytes submitted to the compressor in the last second,
// for "maxcomprate".
func (p *Process) CompressRate(now int64) uint64 { return p.compIn.Load(now) }

// ConnRate returns the connections of the last second, for "maxconnrate".
func (p *Process) ConnRate(now int64) uint64 { return p.connRate.Load(now) }

// SessRate returns the sessions of the last second, for "maxsessrate".
func (p *Process) SessRate(now int64) uint64 { return p.sessRate.Load(now) }

// TLSRate returns the handshakes with clients of the last second, for
// "maxsslrate".
func (p *Process) TLSRate(now int64) uint64 { return p.tlsRate.Load(now) }

// ClearMax forgets the maxima. HAProxy keeps the totals of the process whatever
// is cleared, so there is no Clear.
func (p *Process) ClearMax() {
	for _, r := range p.rates() {
		r.ClearMax()
	}
	p.Conns.ClearMax()
	p.TLSConns.ClearMax()
}

// Sum returns the counters of all shards together, in a copy of its own.
func (p *Process) Sum() *ProcessShard {
	t := new(ProcessShard)
	for i := range p.shards {
		add(t, &p.shards[i])
	}
	return t
}

// Fill sets the fields of i that these counters provide, as of now.
func (p *Process) Fill(i *Info, now int64) {
	t := p.Sum()
	i.CurrConns, i.CurrSSLConns, i.PipesUsed = unsigned(p.Conns.Load()), unsigned(p.TLSConns.Load()), unsigned(p.Pipes.Load())
	i.CumConns, i.CumReq, i.CumSSLConns = t.Connections.Load(), t.Requests.Load(), t.TLSConnections.Load()
	i.ConnRate, i.MaxConnRate = p.connRate.Float(now), p.connRate.Max()
	i.SessRate, i.MaxSessRate = p.sessRate.Float(now), p.sessRate.Max()
	i.SSLRate, i.MaxSSLRate = p.tlsRate.Float(now), p.tlsRate.Max()
	i.SSLFrontendKeyRate, i.SSLFrontendMaxKeyRate = p.feKeyRate.Float(now), p.feKeyRate.Max()
	i.SSLBackendKeyRate, i.SSLBackendMaxKeyRate = p.beKeyRate.Float(now), p.beKeyRate.Max()
	if all := t.TLSFrontend.Load(); all > 0 {
		i.SSLFrontendReusePct = 100 * float64(t.TLSReused.Load()) / float64(all)
	}
	i.SSLCacheLookups, i.SSLCacheMisses = t.CacheLookups.Load(), t.CacheMisses.Load()
	i.CompressBpsIn, i.CompressBpsOut = p.compIn.Float(now), p.compOut.Float(now)
	i.TotalBytesOut, i.TotalSplicedBytesOut = t.BytesOut.Load(), t.SplicedBytesOut.Load()
	i.BytesOutRate = p.bytesRate.Load(now)
	i.DroppedLogs, i.CumRecvLogs, i.FailedResolutions = t.DroppedLogs.Load(), t.ReceivedLogs.Load(), t.Unresolved.Load()
}
