package stream

import (
	"errors"
	"time"

	"gohap/health"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http2"
	"gohap/runtime/ssl"
)

// serverConn is a connection to a server and its history.
type serverConn struct {
	link link
	c    *conn.Conn // beneath the link
	srv  *core.Server
	// requests is how many requests it has carried before.
	requests int
	// tls is what the handshake came to, nil without TLS.
	tls *ssl.State
}

// close ends the connection. With reset a server that has not closed its side is
// told so by a RST: a message is over when it is whole, and the port is free
// again at once.
func (k *serverConn) close(reset bool) {
	if a, ok := k.link.(*applet); ok {
		*k = serverConn{}
		a.close()
		return
	}
	c := k.c
	if c == nil {
		return
	}
	if f, ok := k.link.(flow); ok {
		*k = serverConn{}
		f.Close(http2.Cancel)
		return
	}
	k.release(reset)
	c.Close()
}

// release gives up what c is for, and has it closed with a RST where that is due.
func (k *serverConn) release(reset bool) {
	c := k.c
	*k = serverConn{}
	c.Resume()
	if reset && c.Usable() {
		c.NoLinger()
	}
}

// discard is close for a connection that nobody else knows of.
func (k *serverConn) discard(reset bool) {
	if _, ok := k.link.(wire); !ok {
		k.close(reset)
		return
	}
	c := k.c
	k.release(reset)
	c.Discard()
}

// endServer gives up the connection to the server.
func (st *stream) endServer() {
	st.serverLink.set(nil, nil)
	st.server.discard(st.http)
}

// connect gives the stream a connection to a server: an idle one if reuse
// allows, else a new one, trying again as "retries" and "redispatch" say.
func (st *stream) connect() outcome {
	for {
		if out := st.assign(); out != goOn {
			return out
		}
		st.place.server.Store(st.Server)
		st.countServer()
		if out := st.redirected(); out != goOn {
			return out
		}
		if st.takeIdle() {
			st.connected(true)
			return goOn
		}
		err := st.dial()
		if err == nil {
			st.connected(false)
			return goOn
		}
		if out := st.connectFailed(err); out != goOn {
			return out
		}
	}
}

// dial opens a connection to st.Server.
func (st *stream) dial() error {
	srv := st.Server
	ep := srv.Dial.Load()
	if ep == nil {
		return conn.ErrUnreachable
	}
	o := ep.Options
	o.Timeout = st.connectTimeout()
	deadline := int64(0) // for the handshake as well
	if o.Timeout > 0 {
		deadline = conn.Now() + o.Timeout.Milliseconds()
	}
	o.Cancel = &st.cancel
	o.Shard, o.Near = st.Session.Shard, st.Session.Conn
	if o.Addr = st.target(ep); ep.ClientAddr && !o.Addr.IsValid() {
		return conn.ErrUnreachable
	}
	if h := st.Session.Header; h != nil && srv.Namespace == "*" {
		o.Namespace = conn.FindNamespace(h.Namespace)
	}
	if !st.sourceAddress(&o) {
		return errNoSource
	}
	srv.Stats.At(o.Shard).Connects.Add(1)
	st.Backend.BE.At(o.Shard).Connects.Add(1)
	st.Log.ServerRemote = o.Addr
	st.watchClient()
	c, err := st.open(&o, srv.SOCKS4, deadline)
	st.unwatchClient()
	if err != nil {
		return err
	}
	st.server = serverConn{link: wire{c}, c: c, srv: srv}
	if srv.SendProxy > 0 {
		c.SetWriteTimeout(st.Timeout.Server)
		if err := st.sendProxyHeader(c); err != nil {
			st.server.close(false)
			return err
		}
	}
	if srv.SSL.On {
		c.SetReadDeadlineAt(deadline)
		c.SetWriteDeadlineAt(deadline)
		if err := st.shakeHandsServer(c); err != nil {
			st.server.close(false)
			return err
		}
		c.SetReadDeadlineAt(0)
		c.SetWriteDeadlineAt(0)
	}
	st.tuneServer(c)
	if st.http && srv.Proto == "fcgi" {
		st.beginFCGI()
		return nil
	}
	if p := st.proto(); st.http && (p == "h2" || p == "" && st.server.tls != nil && st.server.tls.ALPN == "h2") {
		st.beginHTTP2()
	}
	return nil
}

// connectTimeout is timeout connect, or that of the server where none is set.
func (st *stream) connectTimeout() time.Duration {
	return st.Timeout.Connect
}

// connected notes a connection in use.
func (st *stream) connected(reused bool) {
	st.connectTick = st.now()
	sh := st.Session.Shard
	c := st.server.c
	st.serverLink.set(st.server.link, c)
	st.ServerTLS = st.server.tls
	_, st.ServerHTTP2 = st.server.link.(flow)
	if st.engine.graph.LogsServerEnds {
		st.Log.ServerLocal, st.Log.ServerRemote = c.SocketLocal(), c.SocketRemote()
	}
	st.server.link.SetReadTimeout(st.Timeout.Server)
	st.server.link.SetWriteTimeout(st.Timeout.Server)
	if reused {
		st.Server.Stats.At(sh).Reuses.Add(1)
		st.Backend.BE.At(sh).Reuses.Add(1)
		return
	}
	st.Server.Health.Observe(health.L4Success)
}

// tuneServer sets the socket options that the backend asks for.
func (st *stream) tuneServer(c *conn.Conn) {
	be := st.Backend
	if t := &st.engine.graph.Global.Tune; t.RcvBufServer|t.SndBufServer != 0 {
		c.SetBuffers(t.RcvBufServer, t.SndBufServer)
	}
	if be.Is(core.OptNoLinger) {
		c.NoLinger()
	}
	if be.Is(core.OptServerTCPKA) {
		c.SetKeepAlive(be.ServerKA)
	}
	if be.Is(core.OptTCPSmartConnect) {
		c.QuickAck(false)
	}
	c.Independent(be.Is(core.OptIndependentStreams))
}

// errNoSource says that there is no address to connect from.
var errNoSource = errors.New("no source address")

// retryDelay is the pause before the same server is tried again.
const retryDelay = time.Second

// connectFailed decides what follows a failed attempt: another one, or an answer
// to the client.
func (st *stream) connectFailed(err error) outcome {
	srv, be := st.Server, st.Backend
	cause := conn.Cause(err)
	if err == errNoSource {
		st.releaseSlot()
		st.terminate(byInternal, inConnect)
		return st.refuse(500)
	}
	if st.killedBy() != 0 {
		return st.killed(inConnect, 503)
	}
	if cause == conn.ErrAborted || st.clientGone.Load() {
		return st.leftConnecting()
	}
	if cause != conn.ErrResource {
		srv.Health.Observe(health.L4Failure)
	}
	if st.tried >= be.Retries || !st.mayRetry(core.RetryConnFailure) {
		st.connectionError(srv)
		st.releaseSlot()
		switch cause {
		case conn.ErrTimeout:
			st.terminate(serverTime, inConnect)
			return st.refuseLater()
		case conn.ErrResource:
			st.terminate(byResource, inConnect)
			return st.refuseLater()
		}
		st.terminate(byServer, inConnect)
		return st.refuse(503)
	}
	st.tried++
	st.Log.Retries++
	if st.redispatchNow(be) {
		st.redispatch(srv)
		if len(be.Fleet().Servers) > 1 {
			return goOn
		}
	}
	st.countRetry(srv)
	// The same server needs a moment before it can be better.
	if cause != conn.ErrTimeout {
		d := retryDelay
		if t := st.Timeout.Connect; t > 0 && t < d {
			d = t
		}
		if !st.sleep(d) {
			return st.leftWaiting(inConnect)
		}
	}
	return goOn
}

// connectionError counts a server that could not be reached.
func (st *stream) connectionError(srv *core.Server) {
	sh := st.Session.Shard
	srv.Stats.At(sh).ConnectionErrors.Add(1)
	st.Backend.BE.At(sh).ConnectionErrors.Add(1)
}
