package stream

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// serveApplet has the applet that a rule chose answer the stream: with a response that
// the rules of responses see, or in TCP with bytes.
func (st *stream) serveApplet() outcome {
	a := &applet{}
	st.Log.Service = st.Applet.Name()
	st.queueTick = st.now()
	st.connectTick = st.queueTick
	if !st.http && !st.inBackend {
		if be := st.pickBackend(); be != nil && be.Mode != core.HTTP {
			st.enterBackend(be)
		}
	}
	st.countIntercepted()
	run := st.Applet.Start(&st.Stream, peer{a})
	st.server = serverConn{link: a}
	st.serverLink.set(a, nil)
	a.SetReadTimeout(st.Timeout.Server)
	a.SetWriteTimeout(st.Timeout.Server)
	if !st.http {
		return st.appletTunnel(a, run)
	}
	st.terminate(byLocal, inRequest)
	if st.Req.Is(http.FlagExpect) {
		st.sendContinue()
	}
	a.task.GoOn(st.session.Conn, func() { a.run(run) })
	if !st.sendToApplet(a) {
		return st.refuse(400)
	}
	if !a.answered.Wait(st.Timeout.Server) {
		st.joinUpload(true)
		return st.refuse(504)
	}
	if a.head == nil {
		st.joinUpload(true)
		st.terminate(byClient, inData)
		return broken
	}
	st.takeAppletHead(a.head)
	for _, phase := range [...]func(*stream) outcome{
		(*stream).responseContent, (*stream).responseRules, (*stream).skipAppletBody, (*stream).forwardResponse,
	} {
		if out := phase(st); out != goOn {
			return out
		}
	}
	return done
}

// skipAppletBody lets the applet finish a body that the client is not to get.
func (st *stream) skipAppletBody() outcome {
	if st.Res.Framing != http.NoBody {
		return goOn
	}
	for {
		st.res.release()
		n, err := st.res.fill(st.server.link)
		st.outSize += int64(n)
		if err != nil {
			st.res.release()
			return goOn
		}
	}
}

// sendToApplet has the applet get the request's body.
func (st *stream) sendToApplet(a *applet) bool {
	up := &st.up
	st.requestSent = true
	if !st.Req.HasBody() {
		up.none()
		a.up.end()
		return true
	}
	st.Req.Out = http.Framed
	up.begin(st.session.link, a, &st.session.in, &st.Req.Message, &st.requestBody, st.engine)
	up.fromClient = true
	if f := up.first(nil); f.err != nil {
		return false
	}
	if !up.complete {
		st.uploading = true
		up.patient.Store(true)
		st.upload.GoOn(st.session.Conn, st.forwardRequest)
	}
	return true
}

// takeAppletHead makes the applet's head the stream's response.
func (st *stream) takeAppletHead(h *http.Response) {
	r := &st.Res
	r.Reset()
	r.Version = h.Version
	r.SetStatus(h.Status)
	r.SetReason(h.Reason)
	for i := range h.Len() {
		f := h.At(i)
		r.Add(string(f.Name), f.Value)
	}
	r.Framing, r.ContentLength = http.Framed, h.ContentLength
	if r.Version < http.Version11 && r.ContentLength < 0 {
		r.Framing = http.UntilClose
	}
	if st.Req.MethodID == http.MethodHead || r.Status < 200 || r.Status == 204 || r.Status == 304 {
		r.Framing = http.NoBody
	}
	st.responseTick = st.now()
	st.ResponseParsed = true
	st.Log.Status = r.Status
	st.outSize += responseSize(r)
}

// appletTunnel lets a client and an applet of TCP talk. The connection ends with the
// applet.
func (st *stream) appletTunnel(a *applet, run func()) outcome {
	a.task.GoOn(st.session.Conn, func() { a.run(run) })
	st.upload.GoOn(st.session.Conn, func() { st.appletUp(a) })
	s := st.session.link
	for {
		_, err := st.res.fill(a)
		if p := st.res.bytes(); len(p) > 0 {
			s.SetWriteTimeout(st.Timeout.Client)
			if _, err := s.Write(p); err != nil {
				break
			}
			st.down.moved += int64(len(p))
		}
		st.res.release()
		if err != nil {
			break
		}
	}
	s.Interrupt()
	st.upload.Join()
	s.Resume()
	return broken
}

// appletUp is the task that carries what the client sends.
func (st *stream) appletUp(a *applet) {
	in := &st.session.in
	for {
		if p := in.bytes(); len(p) > 0 {
			if _, err := a.Write(p); err != nil {
				return
			}
			st.up.moved += int64(len(p))
		}
		in.release()
		if _, err := in.fill(st.session.link); err != nil {
			a.up.end()
			return
		}
	}
}
