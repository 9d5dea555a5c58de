package stream

import "gohap/runtime/core"

// moments are those at which filters are asked before a phase.
func moments(phase string, http bool) []core.FilterEvent {
	switch {
	case phase == "monitor", phase == "tcp-request content" && !http:
		return atFrontend
	case phase == "tcp-response content" && !http:
		return atServer
	}
	return atPhase[phase]
}

var (
	atFrontend = []core.FilterEvent{core.OnClientSession, core.OnFrontendTCPRequest}
	atServer   = []core.FilterEvent{core.OnServerSession, core.OnTCPResponse}
	atPhase    = map[string][]core.FilterEvent{
		"http-request":                {core.OnFrontendHTTPRequest},
		"backend tcp-request content": {core.OnBackendTCPRequest},
		"backend http-request":        {core.OnBackendHTTPRequest},
		"tcp-response content":        {core.OnTCPResponse},
		"http-response":               {core.OnHTTPResponse},
	}
)

// filter asks the filters of the stream's proxies at each of the moments: those of the
// frontend, then those of the backend, which come in when it is known.
func (st *stream) filter(events []core.FilterEvent) {
	for _, e := range events {
		own := e == core.OnBackendTCPRequest || e == core.OnBackendHTTPRequest
		if own && st.Backend == st.Frontend {
			continue
		}
		if e >= core.OnServerSession {
			st.Response = true
		}
		if !st.http {
			st.Payload = st.session.in.bytes()
		}
		st.filterAt(st.Frontend, e)
		if e >= core.OnBackendTCPRequest && st.Backend != st.Frontend {
			st.filterAt(st.Backend, e)
		}
		st.Payload = nil
	}
}

func (st *stream) filterAt(p *core.Proxy, e core.FilterEvent) {
	for _, f := range p.Filters {
		if f.Wants(e) {
			f.At(&st.Stream, e)
		}
	}
}

// meetServer asks the filters once the request is on its way to a server, the first
// time that it is.
func (st *stream) meetServer() {
	if st.met {
		return
	}
	st.met = true
	st.filter(atServer[:1])
	st.Response = false
}
