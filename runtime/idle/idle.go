// Package idle keeps a server's connections between requests
// (configuration.txt 4.2 "http-reuse", 5.2 "pool-max-conn", "pool-low-conn",
// "pool-purge-delay").
package idle

import (
	"sync"
	"sync/atomic"

	"gohap/runtime/conn"
	"gohap/runtime/ssl"
)

// Pool holds the idle connections of one server, the one used last on top: it
// is the likeliest to be still open. One that its server closes is closed at
// once. The zero value keeps nothing; set Max first. It is safe for concurrent
// use.
type Pool struct {
	// Max bounds the connections kept, -1 for no bound; set before traffic.
	Max int

	// need estimates how many connections the server's traffic takes at a time:
	// its peak, of which a half is forgotten at each Purge.
	need atomic.Int64

	mu     sync.Mutex
	conns  []Entry
	n      atomic.Int64
	spare  int // fewest connections idle since the last Purge
	closed bool
	only   func(*conn.Conn) bool // see Only

	// gone hears that a server has closed a connection; it is bound once.
	gone     func()
	sweeping atomic.Bool
}

// Entry is an idle connection.
type Entry struct {
	Conn *conn.Conn
	// Reused says that the connection has carried more than one request, so
	// that its server is known to keep its word.
	Reused bool
	// Requests is how many requests the connection has carried.
	Requests int
	// TLS is what the handshake came to, nil without TLS.
	TLS *ssl.State
}

// Len returns the number of idle connections.
func (p *Pool) Len() int { return int(p.n.Load()) }

// Used tells how many of the server's connections are in use.
func (p *Pool) Used(n int64) {
	for {
		old := p.need.Load()
		if n <= old || p.need.CompareAndSwap(old, n) {
			return
		}
	}
}

// Put keeps e, or reports false when the pool is full or holds as many as the
// traffic needs: the caller closes it. used is how many connections are in use,
// e not counted; least is kept in any case.
func (p *Pool) Put(e Entry, used, least int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.only != nil && !p.only(e.Conn) {
		return false
	}
	if !p.room(used, least) && !(p.dropStale() && p.room(used, least)) {
		return false
	}
	if p.gone == nil {
		p.gone = p.wake
	}
	e.Conn.Watch(conn.WatchClose, p.gone)
	p.conns = append(p.conns, e)
	p.n.Add(1)
	return true
}

// room tells whether one more connection may be kept: within the bound, and of
// use to the traffic.
func (p *Pool) room(used, least int) bool {
	n := len(p.conns)
	return (p.Max < 0 || n < p.Max) && used+n < max(int(p.need.Load()), least)
}

// dropStale closes the connection that has been idle for longest if it is of no
// use any more: nobody is told when a server sends what nobody has asked for. It
// reports whether that made room. It looks at no more than that one, however
// many there are.
func (p *Pool) dropStale() bool {
	if len(p.conns) == 0 || p.conns[0].Conn.Alive() {
		return false
	}
	p.conns[0].Conn.Close()
	p.remove(0)
	return true
}

// Get takes a live connection that was asked for a name, the latest first; with
// proven only one that has been reused before. One that belongs to the shard is
// preferred among the latest, any other is moved there. Connections that their
// server closed meanwhile are closed on the way.
func (p *Pool) Get(name []byte, proven bool, shard int) (Entry, bool) {
	if p.n.Load() == 0 {
		return Entry{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		i := p.choose(name, proven, shard)
		if i < 0 {
			p.spare = 0
			return Entry{}, false
		}
		e := p.conns[i]
		p.remove(i)
		e.Conn.Unwatch()
		if e.Conn.Usable() {
			e.Conn.Move(shard)
			p.spare = min(p.spare, len(p.conns))
			return e, true
		}
		e.Conn.Close()
	}
}

// choose gives the index of the connection to take, -1 where there is none.
func (p *Pool) choose(name []byte, proven bool, shard int) int {
	other := -1
	for i := len(p.conns) - 1; i >= 0; i-- {
		e := &p.conns[i]
		if proven && !e.Reused || !e.TLS.For(name) {
			continue
		}
		if e.Conn.Shard() == shard {
			return i
		}
		if other < 0 {
			other = i
		}
		if len(p.conns)-i > nearby {
			break
		}
	}
	return other
}

// nearby is how many of the latest connections are looked at for one of the right
// shard.
const nearby = 16

func (p *Pool) remove(i int) {
	last := len(p.conns) - 1
	copy(p.conns[i:], p.conns[i+1:])
	p.conns[last] = Entry{}
	p.conns = p.conns[:last]
	p.n.Add(-1)
}

// wake has the pool look for connections that their server has closed, in a
// task of its own: a watch must not block.
func (p *Pool) wake() {
	if !p.sweeping.Swap(true) {
		conn.Go(p.sweep)
	}
}

// sweep closes what servers have closed, so that nothing of theirs waits for us.
func (p *Pool) sweep() {
	p.sweeping.Store(false)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeDead()
}

func (p *Pool) closeDead() {
	for i := len(p.conns) - 1; i >= 0; i-- {
		if c := p.conns[i].Conn; !c.Alive() {
			c.Close()
			p.remove(i)
		}
	}
}

// Purge closes half of the connections above keep that nobody has needed since
// the last call. It is called every pool-purge-delay.
func (p *Pool) Purge(keep int) {
	p.need.Store((p.need.Load() + 1) / 2)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeDead()
	n := (min(p.spare, len(p.conns)-keep) + 1) / 2
	for ; n > 0 && len(p.conns) > keep; n-- {
		p.conns[0].Conn.Close()
		p.remove(0)
	}
	p.spare = len(p.conns)
}

// Close closes all connections; later ones are not kept.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, e := range p.conns {
		e.Conn.Close()
	}
	p.conns = nil
	p.n.Store(0)
}
