package stream

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http2"
)

// session is a client connection and its handler. While it is idle it holds no
// buffer and no stream.
type session struct {
	core.Session
	engine *Engine
	link   link
	in     buffer
	// h2 is the connection's state where it speaks HTTP/2, owner the session of
	// the connection: s itself, unless s is that of a stream of HTTP/2.
	h2    *http2.Conn
	owner *session
	// shared is what streams of HTTP/2 share, nil without HTTP/2.
	shared *sharedState
	// greeted says that the connection rules have let it in, begun that the rest
	// of what comes before the first byte has run.
	greeted, begun bool
	// shaking is when the session was parked until its client begins a TLS
	// handshake, on the clock of conn.Now; 0 where it was not.
	shaking int64
	// http says that the client speaks HTTP: in a TCP frontend from the moment
	// on that its session goes to a backend in mode http.
	http bool
	// handshake is the time that PROXY protocol and TLS took.
	handshake time.Duration
	idle      atomic.Bool
	// wake orders the interruption of idle sessions of a stopping process and
	// their return to work.
	wake        sync.Mutex
	interrupted bool
	killed      atomic.Bool
	// owned are the server connections that only this client may use, nil for none;
	// bound says that it has logged in over one.
	owned atomic.Pointer[owned]
	bound bool
	// tracked is what a TCP session tracked before it turned out to be HTTP. Its
	// first request goes on with that.
	tracked *core.Tracked
}

// Accept takes over a connection that l accepted. It returns when the session
// has ended, or at once if the scheduler runs it elsewhere.
func (e *Engine) Accept(l *core.Listener, c *conn.Conn) {
	fe := l.Proxy
	e.pace(l)
	s := &session{engine: e}
	s.in.pool, s.in.near = e.buffers, c
	s.Conn, s.Listener, s.Frontend, s.Shard = c, l, fe, c.Shard()
	s.Accepted = conn.Wall()
	s.http = fe.Mode == core.HTTP
	s.link, s.owner = wire{c}, s
	s.Src, s.Dst = addresses(c)
	s.countIn()
	c.OnClose(s.end)
	s.tuneClient()
	conn.ServeAccepted(c, s)
}

func addresses(c *conn.Conn) (src, dst netip.AddrPort) { return c.Remote(), c.Local() }

// tuneClient sets the socket options that the frontend asks for.
func (s *session) tuneClient() {
	fe := s.Frontend
	if t := &s.engine.graph.Global.Tune; t.RcvBufClient|t.SndBufClient != 0 {
		s.Conn.SetBuffers(t.RcvBufClient, t.SndBufClient)
	}
	if fe.Is(core.OptNoLinger) {
		s.Conn.NoLinger()
	}
	if fe.Is(core.OptClientTCPKA) {
		s.Conn.SetKeepAlive(fe.ClientKA)
	}
	if fe.Is(core.OptTCPSmartAccept) {
		s.Conn.QuickAck(false)
	}
	s.Conn.Independent(fe.Is(core.OptIndependentStreams))
}

func (s *session) countIn() {
	e, fe := s.engine, s.Frontend
	now := conn.Now()
	e.sessions.add(s)
	e.Active.Inc()
	e.Process.Connection(s.Shard, now)
	e.Process.Conns.Inc()
	fe.FE.Current.Inc()
	fe.FE.Connection(s.Shard, now)
	if ls := s.Listener.Stats; ls != nil {
		ls.Current.Inc()
	}
}

// end runs once when the connection is closed.
func (s *session) end() {
	s.disown()
	s.Tracked.Release()
	if s.tracked != nil {
		s.tracked.Release()
	}
	s.in.near = nil // who closes need not be a task of the connection
	if s.shared != nil {
		s.shared.vars.Release()
	} else {
		s.Vars.Release()
	}
	s.in.release()
	s.engine.sessions.remove(s)
	s.engine.Active.Dec()
	s.engine.Process.Conns.Dec()
	s.Frontend.FE.Current.Dec()
	if ls := s.Listener.Stats; ls != nil {
		ls.Current.Dec()
	}
}

// Serve implements [conn.Handler]: it runs when the client has connected and
// whenever it sends something after a silence.
func (s *session) Serve(*conn.Conn) conn.Next {
	s.resume()
	if s.h2 != nil {
		return s.serveHTTP2()
	}
	if !s.begun {
		if !s.greeted {
			s.greeted = true
			if !s.connectionRules(core.TCPRequestConnection) {
				return conn.Close()
			}
			if s.awaitsHello() {
				s.shaking = conn.Now()
				return conn.Idle(s.Frontend.Timeout.Client)
			}
		}
		s.begun = true
		if !s.begin() {
			return conn.Close()
		}
		if s.speaksHTTP2() {
			return s.upgradeHTTP2()
		}
		if s.http && s.in.len() == 0 {
			return s.park(s.firstByteTimeout())
		}
	}
	if s.http {
		return s.serveHTTP()
	}
	return s.serveTCP()
}

// resume makes the session active. An Interrupt that meant the idle one is
// undone; after the flag is down there is none.
func (s *session) resume() {
	s.idle.Store(false)
	if !s.engine.stopping.Load() {
		return
	}
	s.wake.Lock()
	if s.interrupted {
		s.interrupted = false
		s.Conn.Resume()
	}
	s.wake.Unlock()
}

// park waits for the client without holding memory.
func (s *session) park(d time.Duration) conn.Next {
	s.in.release()
	s.Conn.ExpectHead()
	s.idle.Store(true)
	if s.engine.stopping.Load() && s.Requests > 0 && !s.Frontend.Is(core.OptIdleCloseOnResponse) && (d == 0 || d > idleGrace) {
		// The response went out before the stop and promised to go on.
		d = idleGrace
	}
	return conn.Idle(d)
}

// Idle implements [conn.Handler]: the silence ended otherwise than by bytes.
func (s *session) Idle(c *conn.Conn, err error) conn.Next {
	if s.h2 != nil {
		return s.idleHTTP2(err)
	}
	if !s.begun {
		return s.Serve(c) // which notes how the handshake has failed
	}
	if s.engine.stopping.Load() && s.Requests > 0 && !s.killed.Load() && err != conn.ErrClosed {
		// The process is stopping. A request that has just come is served.
		s.resume()
		if !c.Alive() {
			return s.Serve(c)
		}
		return conn.Close()
	}
	if s.Requests == 0 && s.http {
		s.noRequest(err)
	}
	return conn.Close()
}

// firstByteTimeout bounds the wait for the first request.
func (s *session) firstByteTimeout() time.Duration {
	t := &s.Frontend.Timeout
	if t.HTTPRequest > 0 {
		return t.HTTPRequest
	}
	return t.Client
}

// nextByteTimeout bounds the wait for a further request.
func (s *session) nextByteTimeout() time.Duration {
	t := &s.Frontend.Timeout
	switch {
	case t.HTTPKeepAlive > 0:
		return t.HTTPKeepAlive
	case t.HTTPRequest > 0:
		return t.HTTPRequest
	}
	return t.Client
}

// close ends the session. What the client has sent beyond what was read would
// turn the close into a reset, which may cost it the answer; so it is read first.
func (s *session) close() conn.Next {
	if !s.killed.Load() {
		s.Conn.Drain(maxDrain, s.engine.buffers)
	}
	return conn.Close()
}

// maxDrain bounds, in bytes, what is read only to be thrown away.
const maxDrain = 128 << 10

// serveHTTP serves requests until the client falls silent or the connection
// ends.
func (s *session) serveHTTP() conn.Next {
	for {
		st := s.newStream()
		out := st.serve()
		if out == tunnelled {
			if st.relay.Client != nil {
				return conn.Tunnel(&st.relay)
			}
			st.bridge()
			out = broken
		}
		if out == preface {
			st.free()
			return s.upgradeHTTP2()
		}
		st.finish()
		if out == broken || s.killed.Load() {
			return s.close()
		}
		s.Requests++
		s.in.rewind()
		if s.in.len() == 0 {
			return s.park(s.nextByteTimeout())
		}
	}
}
