package stream

import (
	"gohap/runtime/core"
)

// phase is one step of a stream's way.
type phase struct {
	name string
	run  func(st *stream) outcome
}

// httpPhases is the way of an HTTP request. The first phase that does not go on
// ends it.
var httpPhases = [...]phase{
	{"request", (*stream).readRequest},
	{"list", (*stream).list},
	{"monitor", (*stream).monitor},
	{"tcp-request content", (*stream).frontendContent},
	{"track", (*stream).trackRequest},
	{"body", (*stream).frontendBody},
	{"http-request", (*stream).frontendRequest},
	{"switching", (*stream).switchBackend},
	{"backend body", (*stream).backendBody},
	{"backend tcp-request content", (*stream).backendContent},
	{"backend http-request", (*stream).backendRequest},
	{"persistence", (*stream).persistence},
	{"stick", (*stream).stick},
	{"abandon", (*stream).abandon},
	{"exchange", (*stream).exchange},
	{"tcp-response content", (*stream).responseContent},
	{"stick store", (*stream).storeServer},
	{"http-response", (*stream).responseRules},
	{"forward", (*stream).forwardResponse},
}

// tcpPhases is the way of a TCP session.
var tcpPhases = [...]phase{
	{"list", (*stream).list},
	{"tcp-request content", (*stream).frontendContent},
	{"switching", (*stream).switchBackend},
	{"backend tcp-request content", (*stream).backendContent},
	{"stick", (*stream).stick},
	{"connect", (*stream).connect},
	{"tcp-response content", (*stream).responseContent},
	{"stick store", (*stream).storeServer},
	{"tunnel", (*stream).tunnel},
}

// serve walks st through the phases of HTTP. The stream is not finished yet:
// its log line waits for finish.
func (st *stream) serve() outcome { return st.walk(httpPhases[:]) }

func (st *stream) walk(phases []phase) outcome {
	st.Log.Number = st.engine.begun.Add(1) - 1
	for i := range phases {
		run := phases[i].run
		if st.tracing {
			st.traceStep(phases[i].name, "PRE")
		}
		if out := run(st); out != goOn {
			return out
		}
		if st.tracing {
			st.traceStep(phases[i].name, "POST")
		}
	}
	return done
}

// frontendContent runs the frontend's tcp-request content rules.
func (st *stream) frontendContent() outcome {
	return st.contentRules(st.Frontend, core.TCPRequestContent)
}

// frontendRequest runs the frontend's http-request rules and looks whether the
// request is for its statistics.
func (st *stream) frontendRequest() outcome { return st.requestRules(st.Frontend) }

// backendContent and backendRequest do the same for the backend, unless it is
// the frontend itself.
func (st *stream) backendContent() outcome {
	if st.Backend == st.Frontend {
		return goOn
	}
	return st.contentRules(st.Backend, core.TCPRequestContent)
}

func (st *stream) backendRequest() outcome {
	if st.Backend == st.Frontend {
		return goOn
	}
	return st.requestRules(st.Backend)
}

// requestRules runs p's http-request rules, looks for the statistics page, and
// runs the redirect rules, which see what http-request rules accepted too.
func (st *stream) requestRules(p *core.Proxy) outcome {
	if out := st.apply(p, core.HTTPRequest); out != goOn {
		return out
	}
	if p.Stats != nil && p.Stats.Match(&st.Req) {
		return st.serveStats(p)
	}
	if st.Cached != nil {
		return st.serveCached()
	}
	return st.run(p, p.Redirects)
}

// apply runs a ruleset that has all its data.
func (st *stream) apply(p *core.Proxy, set core.Ruleset) outcome { return st.run(p, p.Rules[set]) }

// run runs rules that have all their data.
func (st *stream) run(p *core.Proxy, rules []core.Rule) outcome {
	if len(rules) == 0 {
		return goOn
	}
	st.Complete = true
	at := 0
	return st.obey(core.RunRules(&st.Stream, rules, &at), p)
}

// obey turns a ruleset's verdict into an outcome.
func (st *stream) obey(v core.Verdict, p *core.Proxy) outcome {
	switch v {
	case core.Reply:
		return st.reply(p)
	case core.Reject:
		st.countDenied(p)
		st.terminate(byProxy, inRequest)
		if st.Response {
			st.Log.State = inHeaders
		}
		return broken
	case core.Drop:
		st.countDenied(p)
		st.terminate(byProxy, inRequest)
		st.session.Conn.SilentDrop()
		return broken
	case core.Upgrade:
		return upgraded
	}
	return goOn
}

// countDenied counts a refusal: requests for the frontend, and for the backend where
// that refused.
func (st *stream) countDenied(p *core.Proxy) {
	sh := st.Session.Shard
	if st.Response {
		if st.inBackend {
			st.Backend.BE.At(sh).DeniedResponses.Add(1)
		}
		if st.Server != nil {
			st.Server.Stats.At(sh).DeniedResponses.Add(1)
		}
		if st.Frontend.FE != nil {
			st.Frontend.FE.At(sh).DeniedResponses.Add(1)
		}
		return
	}
	st.Frontend.FE.At(sh).DeniedRequests.Add(1)
	if p != st.Frontend && p.BE != nil {
		p.BE.At(sh).DeniedRequests.Add(1)
	}
}
