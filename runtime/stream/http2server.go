package stream

import (
	"crypto/sha1"
	"encoding/base64"
	"slices"
	"sync"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http2"
	"gohap/runtime/ssl"
)

// sharedLink is a link that other tasks may interrupt as long as it is the
// stream's.
type sharedLink struct {
	mu sync.Mutex
	l  link
	c  *conn.Conn // beneath it
}

func (s *sharedLink) set(l link, c *conn.Conn) {
	s.mu.Lock()
	s.l, s.c = l, c
	s.mu.Unlock()
}

// look shows f the connection beneath the link, if there is one. It is the stream's
// until f returns.
func (s *sharedLink) look(f func(c *conn.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c != nil {
		f(s.c)
	}
}

func (s *sharedLink) interrupt() {
	s.mu.Lock()
	if s.l != nil {
		s.l.Interrupt()
	}
	s.mu.Unlock()
}

// sharedConn is a connection in HTTP/2 that only one client's streams may use.
type sharedConn struct {
	c   *http2.Conn
	srv *core.Server
}

// addShared keeps a connection for the client; it reports false when the client
// is gone.
func (o *owned) addShared(k sharedConn) {
	o.mu.Lock()
	if o.closed {
		k.c.Retire()
	} else {
		o.shared = append(o.shared, k)
	}
	o.mu.Unlock()
}

func (o *owned) removeShared(c *http2.Conn) {
	o.mu.Lock()
	o.shared = slices.DeleteFunc(o.shared, func(k sharedConn) bool { return k.c == c })
	o.mu.Unlock()
}

// openShared reserves a stream on one of the client's connections to srv.
func (o *owned) openShared(srv *core.Server, name []byte) *http2.Stream {
	if o == nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, k := range o.shared {
		if k.srv == srv && k.c.Name == string(name) {
			if s := k.c.Open(true); s != nil {
				return s
			}
		}
	}
	return nil
}

// private says that only this client's streams may use the connection.
func (st *stream) private() bool {
	return st.Backend.Reuse == core.ReuseNever || st.Server.SendProxy > 0 || st.transparent()
}

// proto is the protocol to be spoken with the server, "" for what TLS agrees on or
// HTTP/1. WebSockets may have one of their own ("ws").
func (st *stream) proto() string {
	srv := st.Server
	switch {
	case !st.http || !st.Req.Is(http.FlagUpgrade|http.FlagWebSocket):
		return srv.Proto
	case srv.WS != "":
		return srv.WS
	case srv.Proto == "" && srv.SSL.On && slices.Contains(srv.SSL.ALPN, "http/1.1"):
		return "h1" // which more servers know how to do
	}
	return srv.Proto
}

// offer is the one protocol to be offered inside TLS, "" for those of "alpn".
func (st *stream) offer() string {
	p := st.proto()
	switch {
	case p == st.Server.Proto || len(st.Server.SSL.ALPN) == 0:
		return ""
	case p == "h1":
		return "http/1.1"
	}
	return p
}

// openStream takes a stream on a connection in HTTP/2 that is open already and
// asked for name. One that carries other streams will do for any request; one
// without has to be allowed by http-reuse.
func (st *stream) openStream(name []byte) bool {
	srv := st.Server
	if p := st.proto(); p == "h1" || p == "" && (!srv.SSL.On || len(srv.SSL.ALPN) == 0) {
		return false
	}
	var s *http2.Stream
	if st.private() {
		s = st.session.owner.owned.Load().openShared(srv, name)
	} else {
		s = srv.Shared.Open(st.Session.Shard, name, st.Backend.Reuse != core.ReuseSafe || st.session.Requests > 0)
	}
	if s == nil {
		return false
	}
	tls, _ := s.Conn().Beneath.(*ssl.State)
	st.server = serverConn{link: flow{s}, c: s.Socket(), srv: srv, tls: tls}
	return true
}

// beginHTTP2 goes over to HTTP/2 on a connection that was just made.
func (st *stream) beginHTTP2() {
	srv, c := st.Server, st.server.c
	be := st.Backend.BE.At(c.Shard())
	c.SetReadTimeout(0)
	c.SetWriteTimeout(st.Timeout.Server)
	h := http2.NewClient(c, &st.engine.h2, &be.H2, &be.Open)
	h.Beneath = st.server.tls
	if t := st.server.tls; t != nil {
		h.Name = t.SNI
	}
	st.server.link = flow{h.Open(true)}
	if st.private() {
		o := st.session.owner.own()
		o.addShared(sharedConn{h, srv})
		h.Run(srv.PoolPurgeDelay, o.removeShared)
		return
	}
	srv.Shared.Add(h)
	h.Run(srv.PoolPurgeDelay, srv.Shared.Remove)
}

// keepHTTP2 ends the stream, and keeps its connection if that may be used again.
func (st *stream) keepHTTP2(f flow) {
	srv, h := st.Server, f.Conn()
	f.Close(http2.Cancel)
	switch {
	case st.engine.stopping.Load(), srv.MaxReuse >= 0 && h.Carried() > srv.MaxReuse:
		h.Retire()
	case !st.private() && srv.PoolMaxConn >= 0 && h.Unused():
		// Without a bound they end by themselves, after pool-purge-delay.
		if srv.Shared.Unused(srv.PoolMaxConn+1) > srv.PoolMaxConn {
			h.Retire()
		}
	}
}

// readHTTP2 reads up to the final response's head.
func (st *stream) readHTTP2(f flow) error {
	r := &st.Res
	for {
		if err := f.ReadResponse(r); err != nil {
			return err
		}
		if !r.Interim() {
			break
		}
		if err := st.forwardInterim(); err != nil {
			return err
		}
		r.Reset()
	}
	if st.Req.Upgrading() && r.Status/100 == 2 {
		r.Framing = http.Tunnel
		if st.Req.MethodID != http.MethodConnect {
			st.switchProtocols()
		}
	}
	return nil
}

// switchProtocols makes of the answer to an extended CONNECT what HTTP/1 says.
func (st *stream) switchProtocols() {
	r := &st.Res
	r.Status = 101
	r.Add("connection", upgradeValue)
	r.Add("upgrade", st.Req.Value("upgrade"))
	if key := st.Req.Value("sec-websocket-key"); key != nil {
		h := sha1.New()
		h.Write(key)
		h.Write(webSocketGUID)
		r.Add(acceptName, base64.StdEncoding.AppendEncode(nil, h.Sum(nil)))
		st.outSize -= int64(len(acceptName) + len(r.At(r.Len()-1).Value)) // it is HTTP/1's alone
	}
}

const acceptName = "Sec-Websocket-Accept"

var (
	upgradeValue  = []byte("upgrade")
	webSocketGUID = []byte("258EAFA5-E914-47DA-95CA-C5AB0DC85B11") // RFC 6455, section 1.3
)
