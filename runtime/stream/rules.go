package stream

import (
	"io"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// contentRules runs p's tcp-request content or tcp-response content rules. They
// may wait for data as long as the inspect-delay allows.
func (st *stream) contentRules(p *core.Proxy, set core.Ruleset) outcome {
	rules := p.Rules[set]
	if len(rules) == 0 {
		return goOn
	}
	in, c, delay := &st.session.in, st.session.link, p.InspectRequest
	if set == core.TCPResponseContent {
		in, c, delay = &st.res, st.server.link, p.InspectResponse // without a server, all is here
	}
	deadline := conn.Now() + delay.Milliseconds()
	st.Complete = st.RequestParsed || delay == 0
	at, eof := 0, false
	if !st.http && set == core.TCPRequestContent && in.len() == 0 && !st.clientEOF {
		// What has come already is seen, and counted, even without an inspect-delay.
		switch _, err := in.fillNow(st.session.Conn); err {
		case nil:
		case io.EOF:
			eof = true
			st.sawEOF(set)
		default:
			st.terminate(byClient, inRequest)
			return broken
		}
	}
	for {
		st.Payload = in.bytes()
		v := core.RunRules(&st.Stream, rules, &at)
		if v != core.Wait {
			st.Payload = nil
			return st.obey(v, p)
		}
		if eof || conn.Now() >= deadline {
			st.Complete = true
			continue
		}
		c.SetReadDeadlineAt(deadline)
		_, err := in.fill(c)
		c.SetReadDeadlineAt(0)
		switch {
		case err == nil:
		case err == io.EOF:
			eof = true
			st.sawEOF(set)
		case err == errFull, conn.Cause(err) == conn.ErrTimeout:
			st.Complete = true
		default:
			st.terminate(byClient, inRequest)
			return broken
		}
	}
}

// sawEOF remembers that the end of a stream was read while rules waited.
func (st *stream) sawEOF(set core.Ruleset) {
	if set == core.TCPResponseContent {
		st.serverEOF = true
		return
	}
	st.clientEOF = true
}

// responseContent runs the backend's and frontend's tcp-response content rules.
func (st *stream) responseContent() outcome {
	st.Response = true
	return st.contentRules(st.Backend, core.TCPResponseContent)
}

// responseRules runs http-response rules, the backend's first, and the
// http-after-response rules.
func (st *stream) responseRules() outcome {
	st.Response = true
	st.decideCompression()
	if out := st.apply(st.Backend, core.HTTPResponse); out != goOn {
		return out
	}
	if st.Backend != st.Frontend {
		if out := st.apply(st.Frontend, core.HTTPResponse); out != goOn {
			return out
		}
	}
	if st.Cached == nil {
		if out := st.manageCookies(); out != goOn {
			return out
		}
	}
	return st.afterResponse()
}

// afterResponse runs http-after-response rules, which see the proxy's own
// answers too.
func (st *stream) afterResponse() outcome {
	if out := st.apply(st.Backend, core.HTTPAfterResponse); out != goOn {
		return out
	}
	if st.Backend != st.Frontend {
		return st.apply(st.Frontend, core.HTTPAfterResponse)
	}
	return goOn
}

// sleep waits d, or less if the client goes away; it reports whether the client
// is still there.
func (st *stream) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	var gone conn.Event
	c := st.session.link
	c.Watch(conn.WatchReset, gone.Signal)
	defer c.Unwatch()
	return conn.Sleep(d, &gone)
}
