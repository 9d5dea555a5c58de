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

// Pool holds the idle connections of one server. Each shard keeps those that it
// has used, the one used last on top: it is the likeliest to be still open, and in
// the core's cache. A connection that its server closes is closed at once. The
// zero value keeps nothing; set Max first. It is safe for concurrent use.
type Pool struct {
	// Max bounds the connections kept, -1 for no bound; set before traffic.
	Max int

	// need estimates how many connections the server's traffic takes at a time:
	// its peak, of which a half is forgotten at each Purge.
	need atomic.Int64

	n      atomic.Int64 // connections in all shelves
	closed atomic.Bool
	only   atomic.Pointer[func(*conn.Conn) bool] // see Only

	once    sync.Once
	shelves atomic.Pointer[[]shelf] // one a shard, made when first needed

	// gone hears that a server has closed a connection; it is bound once.
	gone     func()
	sweeping atomic.Bool
}

// shelf is a shard's part of a pool.
type shelf struct {
	mu    sync.Mutex
	conns []Entry
	spare int // fewest connections idle since the last Purge
	_     [24]byte
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

// shelf gives the part of a shard.
func (p *Pool) shelf(shard int) *shelf {
	all := p.shelves.Load()
	if all == nil {
		p.once.Do(func() {
			p.gone = p.wake
			made := make([]shelf, conn.Threads())
			p.shelves.Store(&made)
		})
		all = p.shelves.Load()
	}
	return &(*all)[shard%len(*all)]
}

// each locks one shelf after the other for f.
func (p *Pool) each(f func(h *shelf)) {
	all := p.shelves.Load()
	if all == nil {
		return
	}
	for i := range *all {
		h := &(*all)[i]
		h.mu.Lock()
		f(h)
		h.mu.Unlock()
	}
}

// Put keeps e, or reports false when the pool is full or holds as many as the
// traffic needs: the caller closes it. used is how many connections are in use,
// e not counted; least is kept in any case.
func (p *Pool) Put(e Entry, used, least int) bool {
	h := p.shelf(e.Conn.Shard())
	h.mu.Lock()
	defer h.mu.Unlock()
	// Both are set before the shelves are looked through.
	if p.closed.Load() {
		return false
	}
	if f := p.only.Load(); f != nil && !(*f)(e.Conn) {
		return false
	}
	if !p.reserve(used, least) && !(p.dropStale(h) && p.reserve(used, least)) {
		return false
	}
	e.Conn.Watch(conn.WatchClose, p.gone)
	h.conns = append(h.conns, e)
	return true
}

// reserve takes the place of one more connection, where it may be kept: within
// the bound, and of use to the traffic.
func (p *Pool) reserve(used, least int) bool {
	n := int(p.n.Add(1)) - 1
	if (p.Max < 0 || n < p.Max) && used+n < max(int(p.need.Load()), least) {
		return true
	}
	p.n.Add(-1)
	return false
}

// dropStale closes the connection that has been idle for longest if it is of no
// use any more: nobody is told when a server sends what nobody has asked for. It
// reports whether that made room. It looks at no more than that one, however
// many there are.
func (p *Pool) dropStale(h *shelf) bool {
	if len(h.conns) == 0 || h.conns[0].Conn.Alive() {
		return false
	}
	h.conns[0].Conn.Close()
	p.remove(h, 0)
	return true
}

// Get takes a live connection that was asked for a name, the latest first; with
// proven only one that has been reused before. Where the shard has none, another
// shard's is moved to it. Connections that their server closed meanwhile are
// closed on the way.
func (p *Pool) Get(name []byte, proven bool, shard int) (Entry, bool) {
	if p.n.Load() == 0 {
		return Entry{}, false
	}
	e, ok := p.take(p.shelf(shard), name, proven)
	if !ok && p.n.Load() > 0 {
		for i := 1; i < len(*p.shelves.Load()) && !ok; i++ {
			e, ok = p.take(p.shelf(shard+i), name, proven)
		}
		if ok {
			e.Conn.Move(shard)
		}
	}
	return e, ok
}

// take takes a connection from h.
func (p *Pool) take(h *shelf, name []byte, proven bool) (Entry, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.conns) - 1; i >= 0; i-- {
		if e := &h.conns[i]; proven && !e.Reused || !e.TLS.For(name) {
			continue
		}
		e := h.conns[i]
		p.remove(h, i)
		e.Conn.Unwatch()
		if e.Conn.Usable() {
			h.spare = min(h.spare, len(h.conns))
			return e, true
		}
		e.Conn.Close()
	}
	h.spare = 0
	return Entry{}, false
}

func (p *Pool) remove(h *shelf, i int) {
	last := len(h.conns) - 1
	copy(h.conns[i:], h.conns[i+1:])
	h.conns[last] = Entry{}
	h.conns = h.conns[:last]
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
	p.each(p.closeDead)
}

func (p *Pool) closeDead(h *shelf) {
	for i := len(h.conns) - 1; i >= 0; i-- {
		if c := h.conns[i].Conn; !c.Alive() {
			c.Close()
			p.remove(h, i)
		}
	}
}

// Purge closes half of the connections above keep that nobody has needed since
// the last call. It is called every pool-purge-delay.
func (p *Pool) Purge(keep int) {
	p.need.Store((p.need.Load() + 1) / 2)
	spare := 0
	p.each(func(h *shelf) {
		p.closeDead(h)
		spare += min(h.spare, len(h.conns))
	})
	n := (min(spare, p.Len()-keep) + 1) / 2
	p.each(func(h *shelf) {
		for k := (min(h.spare, len(h.conns)) + 1) / 2; k > 0 && n > 0 && p.Len() > keep; k, n = k-1, n-1 {
			h.conns[0].Conn.Close()
			p.remove(h, 0)
		}
		h.spare = len(h.conns)
	})
}

// Close closes all connections; later ones are not kept.
func (p *Pool) Close() {
	p.closed.Store(true)
	p.each(func(h *shelf) {
		for len(h.conns) > 0 {
			last := len(h.conns) - 1
			h.conns[last].Conn.Close()
			p.remove(h, last)
		}
	})
}
