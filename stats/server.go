package stats

import (
	"sync/atomic"
	"unsafe"
)

// ServerShard is a worker loop's part of a server's counters.
type ServerShard struct {
	RelayCounters
	last atomic.Int64 // time of the last session
	_    [line - (unsafe.Sizeof(RelayCounters{})+8)%line]byte
}

// A Server counts what one server was given. Make one with [NewServer]. All
// methods may be called concurrently.
type Server struct {
	shards   []ServerShard
	sessRate Rate

	Current  Gauge // sessions, for maxconn and leastconn
	Queue    Gauge // streams waiting for this server
	Used     Gauge // connections in use
	IdleSafe Gauge // idle connections that may carry a first request
	Idle     Gauge // idle connections that may carry only later ones
	Needed   Gauge // estimate of the connections needed at a time
	Times    Times

	Health Health
}

// NewServer returns the counters of a server for the given number of worker
// loops.
func NewServer(loops int) *Server {
	s := &Server{shards: make([]ServerShard, shardCount(loops))}
	s.sessRate.init(loops)
	s.Times.init(loops)
	return s
}

// At returns the counters that the given worker loop updates.
func (s *Server) At(shard int) *ServerShard { return &s.shards[shard&(len(s.shards)-1)] }

// Session counts a stream given to this server.
func (s *Server) Session(shard int, now int64) {
	c := s.At(shard)
	c.Sessions.Add(1)
	c.last.Store(now)
	s.sessRate.Add(shard, now, 1)
}

// SessionRate returns the sessions of the last second.
func (s *Server) SessionRate(now int64) uint64 { return s.sessRate.Load(now) }

// Sum returns the counters of all shards together, in a copy of its own.
func (s *Server) Sum() *ServerShard {
	t := new(ServerShard)
	for i := range s.shards {
		add(&t.RelayCounters, &s.shards[i].RelayCounters)
		raise(&t.last, s.shards[i].last.Load())
	}
	return t
}

// ClearMax forgets the maxima, as "clear counters" does.
func (s *Server) ClearMax() {
	s.Current.ClearMax()
	s.Queue.ClearMax()
	s.Used.ClearMax()
	s.sessRate.ClearMax()
	s.Times.ClearMax()
}

// Clear forgets everything but what is open now, as "clear counters all" does.
func (s *Server) Clear() {
	s.ClearMax()
	s.Times.Clear()
	s.Health.clear()
	for i := range s.shards {
		zero(&s.shards[i].RelayCounters)
		s.shards[i].last.Store(0)
	}
}

// Fill sets the columns of r that these counters provide, as of now.
func (s *Server) Fill(r *Row, now int64) {
	t := s.Sum()
	r.SessionsCur, r.SessionsMax = unsigned(s.Current.Load()), unsigned(s.Current.Max())
	r.QueueCur, r.QueueMax = unsigned(s.Queue.Load()), unsigned(s.Queue.Max())
	r.ConnsUsed, r.ConnsNeeded = unsigned(s.Used.Load()), unsigned(s.Needed.Load())
	r.IdleSafe, r.IdleUnsafe = unsigned(s.IdleSafe.Load()), unsigned(s.Idle.Load())
	r.SessRate, r.SessRateMax = s.sessRate.Load(now), s.sessRate.Max()
	r.fillRelay(&t.RelayCounters)
	r.LastSession = since(t.last.Load(), now)
	r.Times = s.Times.Load()
	s.Health.fill(r, now)
}
