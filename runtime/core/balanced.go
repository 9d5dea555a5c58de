package core

import (
	"gohap/balance"
	"gohap/runtime/queue"
)

// Balanced is how the balancer sees a server.
type Balanced struct{ S *Server }

var _ balance.Server = Balanced{}

// ID implements [balance.Server].
func (b Balanced) ID() int { return b.S.ID }

// Weight implements [balance.Server].
func (b Balanced) Weight() int { return b.S.Health.Weight() }

// Usable implements [balance.Server].
func (b Balanced) Usable() bool { return b.S.Health.Usable() }

// Backup implements [balance.Server].
func (b Balanced) Backup() bool { return b.S.Backup }

// Served implements [balance.Server].
func (b Balanced) Served() int { return int(b.S.Stats.Current.Load()) }

// Queued implements [balance.Server].
func (b Balanced) Queued() int { return b.S.Queue.Len() }

// MaxConn implements [balance.Server].
func (b Balanced) MaxConn() int { return b.S.DynamicMaxConn() }

// MaxQueue implements [balance.Server].
func (b Balanced) MaxQueue() int { return b.S.MaxQueue }

// DynamicMaxConn is how many streams the server takes at the moment, 0 for any
// number: between minconn and maxconn as the backend fills up to fullconn (5.2
// "minconn").
func (s *Server) DynamicMaxConn() int {
	limit := int(s.Limit.Load())
	if s.MinConn == 0 || s.MinConn >= limit {
		return limit
	}
	full := s.Proxy.FullConn
	load := int(s.Proxy.BE.Current.Load())
	if full == 0 || load >= full {
		return limit
	}
	return max(s.MinConn, limit*load/full)
}

// HasRoom reports whether the server could take one more stream at once.
func (s *Server) HasRoom() bool {
	limit := s.DynamicMaxConn()
	return limit == 0 || s.Stats.Current.Load() < int64(limit)
}

// TakeSlot takes one of the server's places for a stream and reports whether
// there was one.
func (s *Server) TakeSlot() bool {
	if !s.Stats.Current.TryInc(int64(s.DynamicMaxConn())) {
		return false
	}
	s.moved()
	return true
}

// moved tells the balancer that the server's load has changed.
func (s *Server) moved() {
	if s != s.Proxy.Direct {
		s.Proxy.Fleet().LB.Moved(s.Index)
	}
}

// FreeSlot gives a stream's place back, to the stream that has waited longest
// if there is one.
func (s *Server) FreeSlot() {
	s.Stats.Current.Dec()
	s.moved()
	s.ServeQueue()
}

// ServeQueue gives free places to waiting streams, those of the backend's
// queue only if the server may take new ones. It returns how many it gave.
func (s *Server) ServeQueue() int {
	n := 0
	for s.Queue.Len() > 0 || s.Proxy.Queue.Len() > 0 {
		if !s.TakeSlot() {
			break
		}
		shared := &s.Proxy.Queue
		if !s.Health.Usable() {
			shared = nil
		}
		if !s.give(shared) {
			s.Stats.Current.Dec()
			s.moved()
			break
		}
		n++
	}
	return n
}

// give hands the server to whoever waits longest in its own queue or in shared.
func (s *Server) give(shared *queue.Queue[*Server]) bool {
	return queue.Give(s, &s.Queue, shared)
}
