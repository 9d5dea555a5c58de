package stream

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/ssl"
)

// awaitsHello reports whether the client has to begin with a TLS handshake: until
// it does the session is parked, so that clients who stay silent cost no stack.
func (s *session) awaitsHello() bool {
	l := s.Listener
	return l.SSL != nil && l.SSL.On && !l.AcceptProxy && l.AcceptNetscaler == 0
}

// shakeHands brings up TLS with the client. It reports whether the session goes
// on.
func (s *session) shakeHands(b *ssl.Bind) bool {
	start := conn.Now()
	if s.shaking != 0 {
		start = s.shaking
	}
	if t := s.Frontend.Timeout.Client; t > 0 {
		s.Conn.SetReadDeadlineAt(start + t.Milliseconds())
		s.Conn.SetWriteDeadlineAt(start + t.Milliseconds())
	}
	e := s.engine
	e.Process.TLSConns.Inc()
	s.Conn.OnClose(func() { e.Process.TLSConns.Dec() })
	st, err := b.Serve(s.Conn)
	s.TLS = st
	s.Conn.SetReadDeadlineAt(0)
	s.Conn.SetWriteDeadlineAt(0)
	s.handshake += millisecondsSince(start)
	if err != nil {
		s.Frontend.FE.At(s.Shard).TLS.FailedHandshakes.Add(1)
		if conn.Cause(err) == conn.ErrTimeout {
			s.handshake = -1
		}
		if !st.Failure.Empty || !s.Frontend.Is(core.OptDontLogNull) {
			s.logRefused(st.Failure.Text)
		}
		return false
	}
	e.Process.TLSFrontend(s.Shard, conn.Now(), st.Resumed)
	c := s.Frontend.FE.At(s.Shard)
	c.TLS.Sessions.Add(1)
	if st.Resumed {
		c.TLS.Reused.Add(1)
	}
	return true
}

// askFor works out which name to ask the server for ("sni").
func (st *stream) askFor() []byte {
	e := st.Server.SSL.SNI
	if e == nil || !st.Server.SSL.On {
		return nil
	}
	p := st.Borrow()
	defer st.Return()
	if !e.Eval(&st.Stream, core.Str, p) {
		return nil
	}
	return st.Keep(p.Bytes)
}

// shakeHandsServer brings up TLS with the server of the stream.
func (st *stream) shakeHandsServer(c *conn.Conn) error {
	e := st.engine
	if n := int64(e.graph.Global.MaxSSLConn); n > 0 && e.Process.TLSConns.Load() >= n {
		return conn.ErrResource
	}
	e.Process.TLSConns.Inc()
	c.OnClose(func() { e.Process.TLSConns.Dec() })
	state, err := st.Server.SSL.Connect(c, string(st.askFor()), st.offer())
	counters, be := st.Server.Stats.At(c.Shard()), st.Backend.BE.At(c.Shard())
	if err != nil {
		counters.TLS.FailedHandshakes.Add(1)
		be.TLS.FailedHandshakes.Add(1)
		return err
	}
	e.Process.TLSBackend(c.Shard(), conn.Now(), state.Resumed)
	counters.TLS.Sessions.Add(1)
	be.TLS.Sessions.Add(1)
	if state.Resumed {
		counters.TLS.Reused.Add(1)
		be.TLS.Reused.Add(1)
	}
	st.server.tls = state
	return nil
}
