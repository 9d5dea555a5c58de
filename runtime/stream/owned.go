package stream

import (
	"net/netip"
	"slices"
	"sync"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// maxOwned bounds how many server connections an idle client keeps to itself.
const maxOwned = 5

// owned are the idle server connections that belong to one client: those that
// carry its address or its login, and all of them under "http-reuse never". The
// one used last comes last. A connection that its server closes is closed at
// once.
type owned struct {
	mu    sync.Mutex
	conns []serverConn
	// shared are those that speak HTTP/2: the client's streams share them.
	shared []sharedConn
	closed bool
	gone   func() // bound once
}

// own gives what the session owns, to add to it.
func (s *session) own() *owned {
	if o := s.owned.Load(); o != nil {
		return o
	}
	s.owned.CompareAndSwap(nil, new(owned))
	return s.owned.Load()
}

// disown closes what the session owns; it may own nothing any more.
func (s *session) disown() {
	if s.owned.Load() == nil && s.owned.CompareAndSwap(nil, &disowned) {
		return
	}
	s.owned.Load().close()
}

// disowned is of sessions that have ended and never owned anything.
var disowned = owned{closed: true}

// put keeps k, and closes the one that was not used for longest when there are
// too many.
func (o *owned) put(k serverConn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		k.close(true)
		return
	}
	if o.gone == nil {
		o.gone = func() { conn.Go(o.sweep) }
	}
	if len(o.conns) >= maxOwned {
		o.conns[0].close(true)
		o.conns = slices.Delete(o.conns, 0, 1)
	}
	k.c.Watch(conn.WatchClose, o.gone)
	o.conns = append(o.conns, k)
}

// get takes a live connection to srv that was asked for a name, and goes to the
// address to where that is valid.
func (o *owned) get(srv *core.Server, name []byte, to netip.AddrPort) (serverConn, bool) {
	if o == nil {
		return serverConn{}, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := len(o.conns) - 1; i >= 0; i-- {
		k := o.conns[i]
		if k.srv != srv || !k.tls.For(name) || to.IsValid() && k.c.SocketRemote() != to {
			continue
		}
		o.conns = slices.Delete(o.conns, i, i+1)
		k.c.Unwatch()
		if k.c.Usable() {
			return k, true
		}
		k.close(true)
	}
	return serverConn{}, false
}

// last returns the server of be to which the latest connection goes that ok
// likes, nil without one.
func (o *owned) last(be *core.Proxy, ok func(*core.Server) bool) *core.Server {
	if o == nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := len(o.conns) - 1; i >= 0; i-- {
		if srv := o.conns[i].srv; srv.Proxy == be && ok(srv) {
			return srv
		}
	}
	return nil
}

// sweep closes what servers have closed.
func (o *owned) sweep() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := len(o.conns) - 1; i >= 0; i-- {
		if !o.conns[i].c.Alive() {
			o.conns[i].close(true)
			o.conns = slices.Delete(o.conns, i, i+1)
		}
	}
}

// close closes all connections; later ones are not kept.
func (o *owned) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for i := range o.conns {
		o.conns[i].close(true)
	}
	o.conns = nil
	for _, k := range o.shared {
		k.c.Retire()
	}
	o.shared = nil
}
