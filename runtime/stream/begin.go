package stream

import (
	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// begin runs what comes between the connection rules and the first byte: the
// PROXY protocol header, TLS, session rules. It reports whether the session goes
// on.
func (s *session) begin() bool {
	if s.Listener.AcceptProxy || s.Listener.AcceptNetscaler != 0 {
		if !s.acceptHeader() {
			return false
		}
	}
	if b := s.Listener.SSL; b != nil && b.On && !s.shakeHands(b) {
		return false
	}
	if !s.connectionRules(core.TCPRequestSession) {
		return false
	}
	now := conn.Now()
	s.Frontend.FE.Session(s.Shard, now)
	s.engine.Process.Session(s.Shard, now)
	s.Tracked.CountSession()
	return true
}

// connectionRules runs the rules that see the connection only.
func (s *session) connectionRules(set core.Ruleset) bool {
	rules := s.Frontend.Rules[set]
	if len(rules) == 0 {
		return true
	}
	st := s.newStream()
	st.Complete = true
	at := 0
	v := core.RunRules(&st.Stream, rules, &at)
	st.free()
	switch v {
	case core.Reject, core.Drop:
		c := s.Frontend.FE.At(s.Shard)
		if set == core.TCPRequestConnection {
			c.DeniedConnections.Add(1)
		} else {
			c.DeniedSessions.Add(1)
		}
		if v == core.Drop {
			s.Conn.SilentDrop()
		} else {
			s.Conn.Abort()
		}
		return false
	}
	return true
}

// acceptHeader reads the header that a proxy before us sends first.
func (s *session) acceptHeader() bool {
	start := conn.Now()
	s.Conn.SetReadTimeout(s.firstByteTimeout())
	buf := s.engine.buffers.Get()
	defer s.engine.buffers.Put(buf)
	var err error
	if s.Listener.AcceptProxy {
		var h proxyproto.Header
		h, err = conn.AcceptProxy(s.Conn, buf)
		s.Header = &core.ProxyHeader{
			Authority: keepTLV(&h, proxyproto.TypeAuthority), ID: keepTLV(&h, proxyproto.TypeUniqueID),
			Namespace: keepTLV(&h, proxyproto.TypeNetNS),
		}
	} else {
		_, err = conn.AcceptNetScaler(s.Conn, uint32(s.Listener.AcceptNetscaler), buf)
	}
	if err != nil {
		s.headerRefused(err)
		if s.Conn.BytesIn() > 0 {
			s.Conn.Abort()
		}
		return false
	}
	s.Src, s.Dst = addresses(s.Conn)
	s.handshake += millisecondsSince(start)
	return true
}

// keepTLV returns a copy of what a header tells, nil for nothing.
func keepTLV(h *proxyproto.Header, kind byte) []byte {
	v, ok := h.TLV(kind)
	if !ok {
		return nil
	}
	return append([]byte{}, v...)
}

// headerRefused logs a PROXY header that could not be read.
func (s *session) headerRefused(err error) {
	if s.Frontend.Is(core.OptDontLogNull) && err.Error() == "" {
		return
	}
	s.logRefused(err.Error())
}

// logRefused logs why a session ended before its first request, in the form of
// "error-log-format", or in that of connection errors (8.2.5).
func (s *session) logRefused(why string) {
	fe := s.Frontend
	if fe.Logger == nil {
		return
	}
	s.Err = core.FindConnError(why)
	if fe.ErrorLogFormat != nil && len(fe.Profiled) == 0 {
		s.logInForm(fe.Logger, fe.ErrorLogFormat)
		return
	}
	b := appendAddr(nil, s.Src)
	b = append(b, " ["...)
	b = logs.AppendDate(b, s.Accepted)
	b = append(b, "] "...)
	b = append(b, fe.Name...)
	b = append(b, '/')
	b = append(b, s.Listener.Label()...)
	b = append(b, ": "...)
	b = append(b, why...)
	write := func(l *logs.Logger, f core.Format) {
		if f != nil {
			s.logInForm(l, f)
		} else {
			l.Log(logs.Info, b)
		}
	}
	write(fe.Logger, fe.ErrorLogFormat)
	for i := range fe.Profiled {
		p, f := &fe.Profiled[i], fe.ErrorLogFormat
		step := p.Profile.At(true)
		if step != nil && step.Drop {
			continue
		}
		if step != nil && step.Format != nil {
			f = step.Format
		}
		write(p.Logger, f)
	}
}

// logInForm logs the end of a session that has had no request.
func (s *session) logInForm(l *logs.Logger, f core.Format) {
	st := s.newStream()
	st.Log.Start, st.Log.Handshake, st.Log.Idle = s.Accepted, s.handshake, 0
	st.line = f.Append(st.line[:0], &st.Stream)
	l.Log(logs.Info, st.line)
	st.free()
}
