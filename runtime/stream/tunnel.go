package stream

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// serveTCP runs a TCP session up to its relay.
func (s *session) serveTCP() conn.Next {
	st := s.newStream()
	s.link.SetReadTimeout(st.Timeout.Client)
	s.link.SetWriteTimeout(st.Timeout.Client)
	st.requestTick = st.startTick
	st.logConnect()
	switch st.walk(tcpPhases[:]) {
	case tunnelled:
		return conn.Tunnel(&st.relay)
	case upgraded:
		// The backend speaks HTTP. What the client has sent so far, and all that
		// follows, are requests; they find the backend by themselves.
		tracked := st.Tracked
		s.tracked, st.Tracked = &tracked, core.Tracked{}
		st.free()
		s.http = true
		return s.serveHTTP()
	}
	st.finish()
	return s.close()
}

// tunnel hands a TCP session's connections to a relay.
func (st *stream) tunnel() outcome {
	st.prepareRelay()
	if !st.http {
		st.layMessages() // a session may be silent for hours
	}
	if st.Frontend.Is(core.OptLogASAP) {
		st.logEarly()
	}
	return tunnelled
}

// upgrade answers the switch of protocols and relays what follows.
func (st *stream) upgrade() outcome {
	st.joinUpload(false)
	r := &st.Res
	r.Conn = http.ConnNone
	st.head = st.session.link.appendResponse(st.head[:0], r)
	st.replied = true
	if st.Frontend.Is(core.OptLogASAP) {
		st.logEarly()
	}
	if _, err := st.session.link.Write(st.head); err != nil {
		return st.downloadFailed(fault{client, err})
	}
	if st.session.link.socket() != nil && st.server.link.socket() != nil {
		st.prepareRelay()
	}
	return tunnelled
}

// prepareRelay sets up the relay between the stream's two connections.
func (st *stream) prepareRelay() {
	s, t := st.session, &st.Timeout
	r := &st.relay
	r.Client, r.Server, r.Buffers = s.Conn, st.server.c, st.engine.buffers
	r.ClientTimeout, r.ServerTimeout = t.Client, t.Server
	if t.Tunnel > 0 {
		r.ClientTimeout, r.ServerTimeout = t.Tunnel, t.Tunnel
	}
	r.ClientFin, r.ServerFin = t.ClientFin, t.ServerFin
	r.ToServer = conn.Flow{Pending: s.in.bytes(), Closed: st.clientEOF, Splice: st.spliceMode(core.OptSpliceRequest)}
	r.ToClient = conn.Flow{Pending: st.res.bytes(), Closed: st.serverEOF, Splice: st.spliceMode(core.OptSpliceResponse)}
	r.EndOnTimeout = st.http
	r.EndOnClose = st.Backend.Is(core.OptNoLinger)
	if st.onRelayEnd == nil {
		st.onRelayEnd = st.relayEnded
	}
	r.Done = st.onRelayEnd
}

// relayEnded writes down how a relay ended and finishes the stream.
func (st *stream) relayEnded(r *conn.Relay, e conn.End) {
	st.relayTermination(e)
	if e.Err == conn.ErrReset && e.Side == conn.ClientSide && e.First == conn.ClientSide && !e.Writing {
		// Only a client that broke off first is passed on as such.
		st.server.c.Abort()
	}
	st.finish()
}

// relayTermination maps the end of a relay to a termination state.
func (st *stream) relayTermination(e conn.End) {
	t := &st.relay
	if k := st.killedBy(); k != 0 {
		st.terminate(k, inData)
		return
	}
	if e.Err == nil {
		return
	}
	cause := conn.Cause(e.Err)
	switch {
	case cause == conn.ErrTimeout && (e.Side == conn.ClientSide || t.ClientTimeout == t.ServerTimeout && e.First == conn.ServerSide):
		// Where both sides have the same timeout both are silent now, and it is a
		// matter of luck whose timer was first: the client's is named then.
		st.terminate(clientTime, inData)
		st.countAbort()
	case cause == conn.ErrTimeout:
		st.terminate(serverTime, inData)
		st.countServerError(st.Session.Shard)
	case cause == conn.ErrAborted:
		st.terminate(byKill, inData)
	case e.Side == conn.ServerSide:
		st.countResponseError()
		st.serverBrokeOff()
	default:
		st.terminate(byClient, inData)
		st.countAbort()
	}
}
