package balance

import (
	"sync"
	"sync/atomic"
)

// Results of a pick that are not the index of a server.
const (
	// None as the avoid argument of a pick avoids no server.
	None = -1
	// NoServer: no server is usable.
	NoServer = -1
	// AllFull: servers are usable, but each has all the sessions that it may
	// have. The session waits in the backend's queue.
	AllFull = -2
)

// Balancer picks servers of one backend. Its methods may be called from any
// goroutine.
type Balancer struct {
	config  Config
	servers []Server

	mu     sync.Mutex // serialises Update
	active algorithm
	backup algorithm
	// group tells which servers are in charge: one of the group constants, or
	// the index of the one backup server that stands in for all.
	group atomic.Int32
}

const (
	groupActive = -1 - iota
	groupBackup
	groupNone
)

// algorithm is one way of picking among the members of a group (the active
// servers, or the backups). Indexes are those of the whole backend.
type algorithm interface {
	// pick returns a server, or AllFull. keyed says that hash is that of a
	// key of the request.
	pick(hash uint32, keyed bool, avoid int) int
	// update rereads weight and usability of server i, which may have left or
	// joined the group. Calls are serialised.
	update(i int)
	// moved tells that the load of server i has changed.
	moved(i int)
}

// New makes the balancer of a backend. It keeps servers and reads their state
// at once.
func New(c Config, servers []Server) *Balancer {
	b := &Balancer{config: c, servers: servers}
	b.active = newAlgorithm(&b.config, group{servers, false})
	b.backup = newAlgorithm(&b.config, group{servers, true})
	b.elect()
	return b
}

// newAlgorithm makes the algorithm over the members of the group at the moment.
func newAlgorithm(c *Config, g group) algorithm {
	switch c.Algorithm {
	case StaticRR:
		return newMapped(g, c)
	case LeastConn:
		return newLeastConn(g)
	case First:
		return newFirst(g)
	case Random:
		return newRandom(g, c)
	case RoundRobin:
		return newRoundRobin(g)
	}
	if c.Consistent {
		return newConsistent(g, c)
	}
	return newMapped(g, c)
}

// Pick chooses a server for a request. key is what a keyed algorithm hashes,
// nil when the request has none; other algorithms ignore it. avoid is a server
// that is chosen only for want of another, or None. The result is an index,
// NoServer or AllFull. The key is not kept.
//
// A keyed algorithm may return a server that is full: the request then waits in
// that server's queue.
func (b *Balancer) Pick(key []byte, avoid int) int {
	g := b.group.Load()
	if g == groupNone {
		return NoServer
	}
	if g >= 0 {
		return int(g)
	}
	var hash uint32
	keyed := key != nil && b.config.Algorithm.Keyed()
	if keyed {
		hash = b.config.hash(key)
	}
	if g == groupActive {
		return b.active.pick(hash, keyed, avoid)
	}
	return b.backup.pick(hash, keyed, avoid)
}

// Update tells the balancer that the weight or the usability of server i has
// changed.
func (b *Balancer) Update(i int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active.update(i)
	b.backup.update(i)
	b.elect()
}

// Moved tells the balancer that server i has one more or one fewer session
// served or queued.
func (b *Balancer) Moved(i int) {
	if b.config.Algorithm != LeastConn {
		return
	}
	if b.servers[i].Backup() {
		b.backup.moved(i)
	} else {
		b.active.moved(i)
	}
}

// elect decides which group is in charge: the backups only when no active
// server is usable, and of these the first one unless all are wanted.
func (b *Balancer) elect() {
	g := int32(groupNone)
	for i, s := range b.servers {
		if !s.Usable() || s.Weight() == 0 {
			continue
		}
		if !s.Backup() {
			g = groupActive
			break
		}
		if g == groupNone {
			g = int32(i)
			if b.config.AllBackups {
				g = groupBackup
			}
		}
	}
	b.group.Store(g)
}

// group is the active or the backup servers of a backend.
type group struct {
	servers []Server
	backup  bool
}

// weight is the effective weight of server i in this group, 0 if it takes no
// part.
func (g group) weight(i int) int {
	s := g.servers[i]
	if s.Backup() != g.backup || !s.Usable() {
		return 0
	}
	return s.Weight()
}
