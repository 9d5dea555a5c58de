package stream

import (
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// maxForm bounds the form of the statistics page, in bytes.
const maxForm = 16 << 10

// serveStats answers a request for p's statistics page.
func (st *stream) serveStats(p *core.Proxy) outcome {
	if out := st.statsRules(p); out != goOn {
		return out
	}
	var form []byte
	if st.Req.MethodID == http.MethodPost {
		if !st.readForm() {
			st.terminate(byClient, inData)
			return st.refuse(400)
		}
		form = st.session.in.bytes()
	}
	st.Reply = core.Answer{}
	st.engine.ServeStats(&st.Stream, p, form)
	st.Log.Service = "<STATS>"
	st.queueTick = st.now()
	st.connectTick = st.queueTick
	if st.Reply.Status == 200 {
		st.responseTick = st.queueTick
	}
	if st.Reply.Status == 401 {
		st.CountError()
		st.terminate(byLocal, inRequest)
		return st.sendAnswer(p)
	}
	st.countIntercepted()
	st.terminate(byLocal, inRequest)
	return st.sendAnswer(p)
}

// statsRules runs the "stats http-request" rules.
func (st *stream) statsRules(p *core.Proxy) outcome {
	if len(p.Stats.Rules) == 0 {
		return goOn
	}
	at := 0
	st.Complete = true
	return st.obey(core.RunRules(&st.Stream, p.Stats.Rules, &at), p)
}

// readForm reads a request's body into the buffer. It reports false when the
// client fails to send it or it is too large.
func (st *stream) readForm() bool {
	s := st.session
	for !st.bodyComplete() {
		if s.in.len() > maxForm || s.in.room() == 0 {
			return false
		}
		if _, err := s.in.fill(s.link); err != nil {
			return st.bodyEnds(&st.Req.Message, err)
		}
	}
	return true
}

func millisecondsSince(tick int64) time.Duration {
	return time.Duration(conn.Now()-tick) * time.Millisecond
}
