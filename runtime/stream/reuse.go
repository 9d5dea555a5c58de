package stream

import (
	"bytes"
	"net/netip"

	"gohap/runtime/core"
	"gohap/runtime/idle"
)

// takeIdle takes a connection that is open already: the client's own, or one of
// the server's idle ones as http-reuse allows (4.2).
func (st *stream) takeIdle() bool {
	if !st.http {
		return false
	}
	if st.server.c != nil {
		return true // of the previous attempt
	}
	if st.ofHeader() {
		return false
	}
	s := st.session
	name := st.askFor()
	var to netip.AddrPort
	if ep := st.Server.Dial.Load(); ep != nil && ep.OfClient() {
		to = st.target(ep)
	}
	if k, ok := s.owner.owned.Load().get(st.Server, name, to); ok {
		st.server = k
		return true
	}
	if st.openStream(name) {
		return true
	}
	mode := st.Backend.Reuse
	switch {
	case mode == core.ReuseNever, to.IsValid(), st.proto() == "h2",
		mode == core.ReuseSafe && s.Requests == 0:
		return false
	}
	e, ok := st.Server.Idle.Get(name, mode == core.ReuseAggressive && s.Requests == 0, s.Shard)
	if !ok {
		return false
	}
	e.Conn.Resume()
	st.server = serverConn{link: wire{e.Conn}, c: e.Conn, srv: st.Server, requests: e.Requests, tls: e.TLS}
	return true
}

// keepServer keeps the server connection for another request, or closes it.
func (st *stream) keepServer() {
	k, srv := st.server, st.Server
	st.server = serverConn{}
	st.serverLink.set(nil, nil)
	k.requests++
	if f, ok := k.link.(flow); ok {
		st.keepHTTP2(f)
		return
	}
	switch {
	case k.c == nil:
		return
	case st.engine.stopping.Load(), st.ofHeader(), srv.MaxReuse >= 0 && k.requests > srv.MaxReuse:
		k.discard(true)
	case st.Backend.Reuse == core.ReuseNever || srv.SendProxy > 0 || st.transparent() || st.loggedIn() || srv == st.Backend.Direct:
		st.session.owner.own().put(k)
	default:
		k.c.Shed()
		k.c.Flush()
		used := int(srv.Stats.Used.Load()) - 1
		if !srv.Idle.Put(idle.Entry{Conn: k.c, Reused: k.requests > 1, Requests: k.requests, TLS: k.tls}, used, srv.PoolLowConn) {
			k.discard(true)
		}
	}
}

// ofHeader says that the connection comes from an address that the request tells:
// the next request may tell another.
func (st *stream) ofHeader() bool {
	src := st.source()
	return src != nil && src.Transparent == "hdr_ip"
}

// source is the "source" in force, nil without one.
func (st *stream) source() *core.Source {
	if src := st.Server.Source; src != nil {
		return src
	}
	return st.Backend.Source
}

// transparent says that the connection shows the server this client's address, or
// goes to where the client wanted to.
func (st *stream) transparent() bool {
	if src := st.source(); src != nil && (src.Transparent == "client" || src.Transparent == "clientip") {
		return true
	}
	ep := st.Server.Dial.Load()
	return ep != nil && ep.OfClient()
}

// loggedIn says that the server ties a login to the connection, as NTLM and
// Negotiate do: nobody else may use it, and this client has to go on with it.
func (st *stream) loggedIn() bool {
	s := st.session
	if s.bound {
		return true
	}
	name := "www-authenticate"
	switch st.Res.Status {
	case 401:
	case 407:
		name = "proxy-authenticate"
	default:
		return false
	}
	for i := st.Res.Index(name, 0); i >= 0; i = st.Res.Index(name, i+1) {
		v := st.Res.At(i).Value
		if len(v) >= 4 && bytes.EqualFold(v[:4], []byte("NTLM")) || len(v) >= 9 && bytes.EqualFold(v[:9], []byte("Negotiate")) {
			s.bound = true
		}
	}
	return s.bound
}

// lastServer returns the server to which the client has a connection of its own,
// where the configuration prefers that ("option prefer-last-server") or the client
// has logged in over it. Algorithms that always give a client the same
// server are obeyed instead.
func (st *stream) lastServer() *core.Server {
	be := st.Backend
	if !st.http || !st.session.bound && !be.Is(core.OptPreferLastServer) || be.Balance.Algorithm.Keyed() {
		return nil
	}
	return st.session.owner.owned.Load().last(be, st.likes)
}

// likes reports whether the client may stay with srv: "max-keep-alive-queue" says
// how long its queue may be.
func (st *stream) likes(srv *core.Server) bool {
	limit := st.Backend.MaxKeepAliveQueue
	return srv != st.avoid && srv.Health.Usable() && (limit < 0 || srv.Queue.Len() < limit || srv.HasRoom())
}
