package stream

import (
	"strconv"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/http1"
)

// reply sends the answer that a rule left, in p's words. Causes and counters
// are the rule's: deny counts as denied, a redirect as answered locally.
func (st *stream) reply(p *core.Proxy) outcome {
	a := &st.Reply
	switch {
	case a.Denied:
		st.countDenied(p)
		if !st.Response {
			st.CountError()
		}
		st.terminate(byProxy, st.answerState())
	case st.Log.Cause == 0: // else it tells of an error

		st.terminate(byLocal, st.answerState())
		st.countIntercepted()
	}
	if a.Tarpit {
		st.tarpit()
	}
	if a.Unread {
		st.unread(a.Status)
	}
	return st.sendAnswer(p)
}

// unread counts an error that a script asks for. Logs know no time for the message
// then.
func (st *stream) unread(status int) {
	sh := st.Session.Shard
	if st.Response {
		st.responseTick = 0
		if st.Log.Cause == byInternal && st.Server != nil {
			st.Server.Stats.At(sh).InternalErrors.Add(1)
			st.Backend.BE.At(sh).InternalErrors.Add(1)
			st.Frontend.FE.At(sh).InternalErrors.Add(1)
		}
		return
	}
	st.headTick = 0
	switch fe := st.Frontend.FE.At(sh); {
	case st.Log.Cause == byInternal:
		fe.InternalErrors.Add(1)
	case status == 400:
		fe.RequestErrors.Add(1)
	}
}

// answerState is the second letter of the termination state of an answer.
func (st *stream) answerState() byte {
	switch {
	case st.Response:
		return inHeaders
	case st.Reply.Tarpit:
		return inTarpit
	}
	return inRequest
}

// tarpit holds the client up. Logs call the time so spent the queue's, and know of
// no request.
func (st *stream) tarpit() {
	d := st.Timeout.Tarpit
	if d == 0 {
		d = st.Timeout.Connect
	}
	st.sleep(d)
	st.headTick, st.queueTick = 0, st.now()
}

// refuse answers with the error page for status. The termination state has
// been set.
func (st *stream) refuse(status int) outcome {
	st.Reply = core.Answer{Status: status}
	return st.sendAnswer(st.Backend)
}

// refuseLater answers 503, but only to the first request of a client: who has had
// an answer over this connection is to try again over another one.
func (st *stream) refuseLater() outcome {
	if st.session.Requests > 0 && st.http {
		st.Log.Status = 503
		return broken
	}
	return st.refuse(503)
}

// sendAnswer sends st.Reply. It leaves the connection usable when nothing of
// the request remains unread.
func (st *stream) sendAnswer(p *core.Proxy) outcome {
	if st.replied {
		return broken // too late to say anything else
	}
	if st.uploading {
		st.joinUpload(true)
	}
	st.endServer()
	if !st.http {
		return broken
	}
	a := &st.Reply
	if a.Silent {
		st.Log.Status = a.Status
		return broken
	}
	if !st.RequestParsed && a.Page == nil && !a.Custom {
		return st.sendRaw(p, a.Status)
	}
	st.Res.Reset()
	body, empty := st.buildAnswer(p, a)
	if empty {
		// An empty error file: close without a word.
		st.Log.Status = a.Status
		return broken
	}
	// The log has the status that was asked for, even if a page has another one,
	// unless a rule sets a third.
	st.Log.Status = st.Res.Status
	if a.Status != 0 {
		st.Log.Status = a.Status
	}
	keep := st.drained() && !a.Close && !st.Res.Is(http.FlagClose)
	st.finalRules()
	r := &st.Res
	if keep {
		keep = st.keepsClient()
	}
	r.Names = st.clientNames()
	r.Conn = http1.ResponseConn(&st.Req, r, keep)
	st.head = st.session.link.appendResponse(st.head[:0], r)
	if st.Req.MethodID == http.MethodHead {
		body = nil
	}
	st.replied = true
	st.outSize += responseSize(r) + int64(len(body))
	if a.Close || r.Is(http.FlagClose) {
		st.outSize += closeField
	}
	st.session.link.SetWriteTimeout(st.Timeout.Client)
	if err := st.session.link.finish(st.head, body, nil); err != nil || !keep {
		return broken
	}
	return answered
}

// sendRaw answers a client whose request could not be read. The answer is a
// fixed text then, which no rule sees and no error file replaces; an empty
// error file silences it.
func (st *stream) sendRaw(p *core.Proxy, status int) outcome {
	st.Log.Status = status
	if page := p.Errors[status]; page != nil && page.Empty() {
		return broken
	}
	page := errorpage.Builtin(status)
	if page == nil {
		return broken
	}
	st.replied = true
	st.session.link.SetWriteTimeout(st.Timeout.Client)
	st.session.link.Write(page.Raw())
	return broken
}

// finalRules runs the http-after-response rules on an answer of our own.
func (st *stream) finalRules() {
	if !st.RequestParsed {
		return
	}
	st.Response, st.ResponseParsed = true, true
	st.afterResponse()
}

// buildAnswer fills st.Res with the head of the answer and returns its body.
// empty tells that there is nothing to send at all.
func (st *stream) buildAnswer(p *core.Proxy, a *core.Answer) (body []byte, empty bool) {
	r := &st.Res
	if a.Custom {
		r.Version = http.Version11
		r.SetStatus(a.Status)
		if a.Reason != nil {
			r.Reason = a.Reason
		}
		if !a.Bare {
			r.AddRef(contentLength, strconv.AppendInt(st.Scratch(20)[:0], int64(len(a.Body)), 10))
		}
		for _, f := range a.Fields {
			r.AddRef(f.Name, f.Value)
		}
		r.Framing, r.ContentLength = http.Length, int64(len(a.Body))
		return a.Body, false
	}
	page := a.Page
	if page == nil && st.makeReply(p, a) {
		return st.buildAnswer(p, a)
	}
	if page == nil {
		page = st.errorPage(p, a.Status)
	}
	if page == nil || page.Empty() {
		return nil, true
	}
	page.Fill(r)
	for _, f := range a.Extra {
		r.AddRef(f.Name, f.Value)
	}
	return page.Body, false
}

// makeReply replaces the answer to an error by that of an http-error line, if
// there is one for the status.
func (st *stream) makeReply(p *core.Proxy, a *core.Answer) bool {
	reply := p.ErrorReplies[a.Status]
	if reply == nil && p.Errors[a.Status] == nil {
		reply = st.Frontend.ErrorReplies[a.Status]
	}
	if reply == nil || !st.RequestParsed {
		return false
	}
	var extra [1]http.Field // as many as an answer has
	old, n := *a, copy(extra[:], a.Extra)
	reply(&st.Stream)
	a.Status, a.Denied, a.Tarpit, a.Close = old.Status, old.Denied, old.Tarpit, old.Close
	if !a.Custom {
		a.Extra = append(old.Extra[:0], extra[:n]...)
		return a.Page != nil
	}
	for _, f := range extra[:n] {
		st.AddReplyField(f.Name, f.Value)
	}
	return true
}

var contentLength = []byte("content-length")

// errorPage returns p's page for a status: its own, the frontend's, or the
// built-in one.
func (st *stream) errorPage(p *core.Proxy, status int) *errorpage.Page {
	if page := p.Errors[status]; page != nil {
		return page
	}
	if page := st.Frontend.Errors[status]; page != nil {
		return page
	}
	return errorpage.Builtin(status)
}

// drained consumes what the buffer holds of the request's body if that is all of
// it, and reports whether it is.
func (st *stream) drained() bool {
	if !st.RequestParsed {
		return false
	}
	if !st.Req.HasBody() {
		return true
	}
	if st.requestSent {
		return st.up.complete
	}
	in := &st.session.in
	n, size, whole := st.bodyAhead(in.bytes())
	if whole {
		in.skip(n)
		st.inSize += size
		st.bodyTaken = true
	}
	return whole
}

// bodyAhead looks at the beginning of the request's body in b: how many bytes
// belong to it, what they count for in statistics, and whether that is all of it.
func (st *stream) bodyAhead(b []byte) (n int, size int64, whole bool) {
	switch st.Req.Framing {
	case http.Length:
		n = int(min(int64(len(b)), st.Req.ContentLength))
		return n, int64(n), int64(n) == st.Req.ContentLength
	case http.Framed:
		return len(b), int64(len(b)), st.clientEOF
	}
	r := http1.ChunkReader{Options: st.engine.codec(false)}
	for {
		took, data, err := r.Next(b[n:])
		if err != nil || took == 0 {
			return n, size, false
		}
		n += took
		size += int64(len(data))
		if r.Done() {
			return n, size + endBody, true
		}
	}
}

// unforwarded is the size of what was read behind the request's head, or of a TCP
// client, and that nobody got.
func (st *stream) unforwarded() int64 {
	b := st.session.in.bytes()
	switch {
	case !st.http:
		if st.relay.Client != nil {
			return 0
		}
		return int64(len(b))
	case !st.RequestParsed || st.requestSent || st.bodyTaken || !st.Req.HasBody():
		return 0
	}
	_, size, _ := st.bodyAhead(b)
	return size
}

// silence ends a stream whose client never sent a byte.
func (st *stream) silence(err error) outcome {
	fe := st.Frontend
	quiet := fe.Is(core.OptDontLogNull)
	switch {
	case fe.Is(core.OptIgnoreProbes):
		st.logged = true
		return broken
	}
	fe.FE.Request(st.Session.Shard, conn.Now())
	fe.FE.At(st.Session.Shard).RequestErrors.Add(1)
	if conn.Cause(err) == conn.ErrTimeout {
		st.CountRequest()
		st.terminate(clientTime, inRequest)
		st.logged = quiet
		return st.refuse(408)
	}
	st.countBadRequest()
	st.terminate(byClient, inRequest)
	st.logged = quiet
	return st.refuse(400)
}

// noRequest ends a session that was silent from its start.
func (s *session) noRequest(err error) {
	st := s.newStream()
	st.silence(err)
	st.finish()
}

// monitor answers the monitor-uri (4.2) before anything else looks at the
// request.
func (st *stream) monitor() outcome {
	fe := st.Frontend
	if fe.MonitorURI == "" || string(st.Req.Target) != fe.MonitorURI {
		return goOn
	}
	st.CountRequest()
	st.logged = true
	status := 200
	st.Complete = true
	for i := range fe.MonitorFail {
		if r := &fe.MonitorFail[i]; r.Cond == nil || r.Cond.Holds(&st.Stream) {
			status = 503
			break
		}
	}
	st.terminate(byLocal, inRequest)
	st.Reply = core.Answer{Status: status}
	return st.sendAnswer(fe)
}
