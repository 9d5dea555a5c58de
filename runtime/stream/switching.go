package stream

import "gohap/runtime/core"

// switchBackend chooses the backend: the first use_backend rule that applies,
// else default_backend, else the proxy itself where it has servers. A backend in
// mode http makes requests of a TCP session.
func (st *stream) switchBackend() outcome {
	if !st.RequestParsed {
		st.Payload = st.session.in.bytes()
	}
	be := st.pickBackend()
	st.Payload = nil
	if be != nil && be.Mode == core.HTTP && !st.http {
		return upgraded
	}
	if be != nil {
		st.enterBackend(be)
		if st.http && be.Mode != core.HTTP {
			// A TCP session that became HTTP cannot go to a TCP backend.
			st.terminate(byInternal, inRequest)
			st.headTick = 0
			return broken
		}
		return goOn
	}
	st.terminate(byServer, inConnect)
	st.headTick = 0
	return st.refuse(503)
}

func (st *stream) pickBackend() *core.Proxy {
	fe := st.Frontend
	st.Complete = true
	for i := range fe.Switch {
		r := &fe.Switch[i]
		if r.Cond != nil && !r.Cond.Holds(&st.Stream) {
			continue
		}
		if r.Dynamic == nil {
			return r.Backend
		}
		name := r.Dynamic.Append(st.Scratch(256)[:0], &st.Stream)
		if be := r.ByName[string(name)]; be != nil {
			return be
		}
	}
	return fe.Default
}

// enterBackend makes be the stream's backend: its counters and timeouts from
// now on.
func (st *stream) enterBackend(be *core.Proxy) {
	st.Backend = be
	st.place.backend.Store(be)
	t := &st.Timeout
	b := &be.Timeout
	t.ServerFin, t.Connect, t.Queue = b.ServerFin, b.Connect, b.Queue
	if !st.KeepServerTimeout {
		t.Server = b.Server
	}
	if !st.KeepTunnelTimeout {
		t.Tunnel = b.Tunnel
	}
	if be != st.Frontend {
		t.Tarpit = b.Tarpit
	}
	st.filtering = st.filtering || len(be.Filters) > 0
	if len(be.Traces) > 0 || st.tracing {
		st.traceBackend()
	}
	if be.Cookie.Managed() {
		st.Log.Persist, st.Log.Operation = 'N', 'N'
	}
	st.countBackend(be)
	if st.http {
		st.logConnect()
	}
}
