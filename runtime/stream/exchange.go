package stream

import (
	"io"

	"gohap/health"
	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
	"gohap/runtime/http2"
)

// exchange sends the request to a server and reads the response's head, trying
// again where that is safe.
func (st *stream) exchange() outcome {
	st.prepareRequest()
	if st.Backend.FCGI != nil {
		if out := st.prepareScript(); out != goOn {
			return out
		}
	}
	for {
		if out := st.connect(); out != goOn {
			return out
		}
		again, out := st.attempt()
		if !again {
			return out
		}
	}
}

// attempt makes one attempt over the connection at hand. It asks for another
// one only when the client has seen nothing and the request is still whole.
func (st *stream) attempt() (again bool, out outcome) {
	if _, ok := st.server.link.(*script); ok && st.unfit() {
		st.terminate(byInternal, inHeaders)
		return false, st.refuse(500)
	}
	if fault := st.sendRequest(); fault.err != nil {
		return st.sendFailed(fault)
	}
	if st.filtering {
		st.meetServer()
	}
	st.watchClient()
	err := st.readResponse()
	st.unwatchClient()
	if err != nil {
		return st.responseFailed(err)
	}
	if cause := retryStatus(st.Res.Status); cause != 0 && st.mayRetry(cause) && st.canRetry() {
		st.retryAfterResponse()
		return true, goOn
	}
	st.acceptResponse()
	return false, goOn
}

// acceptResponse takes a complete response head.
func (st *stream) acceptResponse() {
	st.responseTick = st.now()
	st.ResponseParsed = true
	st.countResponse()
	st.Log.Status = st.Res.Status
	st.outSize += responseSize(&st.Res) // as received: rules do not change it
	st.Server.Health.Observe(health.ObserveStatus(st.Res.Status))
	st.captureResponse()
	st.countStatus()
}

// sendRequest writes the request's head with what is there of its body, and
// starts forwarding the rest beside the response.
func (st *stream) sendRequest() fault {
	r := &st.Req
	if name := st.Backend.NameHeader; name != "" {
		r.Set(name, append(st.Scratch(len(st.Server.Name))[:0], st.Server.Name...))
	}
	r.Names = st.serverNames()
	r.Conn = http1.RequestConn(r, st.keepsServer() || st.pretends())
	st.head = st.server.link.appendRequest(st.head[:0], r)
	st.requestSent = true
	up := &st.up
	if !r.HasBody() {
		up.none()
		if f, ok := st.server.link.(flow); ok && r.Upgrading() {
			_, err := f.Write(st.head) // what follows is the tunnel's
			return fault{server, err}
		}
		return fault{server, st.server.link.finish(st.head, nil, nil)}
	}
	up.begin(st.session.link, st.server.link, &st.session.in, &r.Message, &st.requestBody, st.engine)
	up.fromClient = true
	up.splice = st.spliceMode(core.OptSpliceRequest)
	up.keep = r.Framing != http.Chunked
	if st.upPacking != compress.None {
		up.packs = true
		up.packer.Reset(st.upPacking)
	}
	if st.tracing {
		up.trace = st
	}
	if f := up.first(st.head); f.err != nil || up.complete {
		return f
	}
	st.uploading = true
	// As long as the response is to come, the server's timeout is the one that
	// counts: a server may answer whatever the client still has to send.
	up.patient.Store(true)
	st.upload.GoOn(st.session.Conn, st.forwardRequest)
	return fault{}
}

// forwardRequest is the task that forwards the rest of a request's body.
func (st *stream) forwardRequest() {
	st.upFault = st.up.rest()
	if st.upFault.side == client {
		// Without the rest of the request there will be no response. A server's
		// failure is the response's to tell.
		st.server.link.Interrupt()
	}
}

// joinUpload waits for the end of the upload. With stop it is given up first;
// what that breaks is no fault.
func (st *stream) joinUpload(stop bool) {
	if !st.uploading {
		return
	}
	st.up.patient.Store(false)
	if stop && !st.up.isComplete() {
		st.session.link.Interrupt()
		if a, ok := st.server.link.(*applet); ok {
			a.up.fail(conn.ErrAborted)
		}
	}
	st.upload.Join()
	st.session.link.Resume()
	st.uploading = false
	if f := &st.upFault; stop && f.side == client && f.err == conn.ErrAborted {
		*f = fault{}
	}
}

// readResponse reads up to the final response's head, which stays in st.res.
// Interim responses are forwarded on the way.
func (st *stream) readResponse() error {
	opts := st.engine.codec(st.Backend.Is(core.OptAcceptInvalidResponse))
	st.Res.Reset()
	if f, ok := st.server.link.(flow); ok {
		return st.readHTTP2(f)
	}
	if c := st.server.c; c != nil {
		c.ExpectHead()
	}
	for {
		n, err := http1.ParseResponse(st.res.bytes(), &st.Res, &st.Req, opts)
		if n > 0 {
			err = st.probe(&st.Res.Message, st.res.bytes()[n:])
		}
		if err != nil {
			if e, ok := err.(*http.Error); ok && e.Cause == http.CauseUpgrade {
				st.outSize += responseSize(&st.Res) // the head itself was fine
				st.countResponse()
			}
			return err
		}
		if n == 0 {
			if _, err := st.res.fill(st.server.link); err != nil {
				return err
			}
			continue
		}
		if !st.Res.Interim() {
			st.res.skip(n)
			if s, ok := st.server.link.(*script); ok {
				s.received(&st.Res)
			}
			return nil
		}
		st.countResponse()
		if err := st.forwardInterim(); err != nil {
			return err
		}
		st.Res.Reset()
		st.res.consume(n)
		st.res.rewind()
	}
}

// forwardInterim passes a 1xx response on to a client that knows them.
func (st *stream) forwardInterim() error {
	if st.Req.Version < http.Version11 {
		return nil
	}
	st.Res.Conn = http.ConnNone
	st.head = st.session.link.appendResponse(st.head[:0], &st.Res)
	st.outSize += responseSize(&st.Res)
	_, err := st.session.link.Write(st.head)
	if err != nil {
		st.clientGone.Store(true)
		return errClientGone
	}
	return nil
}

// sendFailed decides what follows a request that could not be sent.
func (st *stream) sendFailed(f fault) (again bool, out outcome) {
	if f.side == client {
		st.upFault = f
		return false, st.uploadFailed()
	}
	if f.err == http2.ErrGone && st.canRetry() {
		st.retry() // nothing was sent
		return true, goOn
	}
	// The server may have answered before it closed: an early 4xx.
	if st.readResponse() == nil {
		st.acceptResponse()
		st.closeServer = true
		return false, goOn
	}
	return st.responseFailed(f.err)
}

// uploadFailed ends a stream whose client did not send the rest of its request.
// Only a client that sends nonsense is told so: one that is gone has nothing to
// hear.
func (st *stream) uploadFailed() outcome {
	f := st.upFault
	if e, bad := f.err.(*http.Error); bad {
		st.terminate(byProxy, inHeaders)
		st.Frontend.FE.At(st.Session.Shard).RequestErrors.Add(1)
		return st.refuse(e.Status)
	}
	if conn.Cause(f.err) == conn.ErrTimeout {
		st.terminate(clientTime, inData)
		return st.refuse(408)
	}
	st.terminate(byClient, inData)
	st.countAbort()
	return broken
}

// responseFailed decides what follows when no response came.
func (st *stream) responseFailed(err error) (again bool, out outcome) {
	if st.killedBy() != 0 {
		return false, st.killed(inHeaders, 502)
	}
	cut := st.uploading && !st.up.isComplete()
	st.joinUpload(true)
	cause := conn.Cause(err)
	switch {
	case st.upFault.side == client && st.upFault.err != nil:
		return false, st.uploadFailed()
	case err == errClientGone || st.clientGone.Load():
		return false, st.clientLeft(cut)
	case cut && cause == conn.ErrReset:
		st.countResponseError()
		return false, st.serverBrokeOff()
	}
	_, junk := err.(*http.Error)
	junk = junk || err == errFull || err == http2.ErrMalformed
	if retry := retryCause(junk, cause, st.res.len() == 0); retry != 0 && st.mayRetry(retry) && st.canRetry() {
		if junk || cause == conn.ErrReset {
			st.countResponseError()
		}
		st.retry()
		return true, goOn
	}
	return false, st.noResponse(err, junk, cause)
}

// retryCause returns the word of retry-on for a response that did not come.
func retryCause(junk bool, cause error, empty bool) core.RetryCause {
	switch {
	case junk:
		return core.RetryJunkResponse
	case cause == conn.ErrTimeout:
		return core.RetryResponseTimeout
	case empty:
		return core.RetryEmptyResponse
	}
	return core.RetryJunkResponse // the beginning of a head
}

// noResponse answers the client in the server's place.
func (st *stream) noResponse(err error, junk bool, cause error) outcome {
	srv := st.Server
	st.CountFailure()
	if junk {
		st.captureBad(err, st.res.bytes(), 0)
	}
	if cause == conn.ErrReset {
		st.countResponseError() // that of the connection; the missing response is another
	}
	if st.session.Requests > 0 && !junk && cause != conn.ErrTimeout {
		// Who has had an answer over this connection knows that it may end between
		// two, and is to try again over another one. Such an end is not logged.
		if cause == conn.ErrReset {
			st.countServerError(st.Session.Shard)
		}
		st.terminate(byServer, inHeaders)
		st.observeNoResponse(err)
		st.logged, st.unheard = true, true
		return broken
	}
	st.countResponseError()
	switch {
	case junk:
		srv.Health.Observe(health.HTTPHeaders)
		st.terminate(byProxy, inHeaders)
		return st.refuse(502)
	case cause == conn.ErrTimeout:
		srv.Health.Observe(health.HTTPReadTimeout)
		st.terminate(serverTime, inHeaders)
		return st.refuse(504)
	}
	st.observeNoResponse(err)
	st.terminate(byServer, inHeaders)
	return st.refuse(502)
}

// observeNoResponse tells the server's health that a connection ended without a
// response.
func (st *stream) observeNoResponse(err error) {
	if err == io.EOF {
		st.Server.Health.Observe(health.HTTPClosed)
		return
	}
	st.Server.Health.Observe(health.HTTPReadError)
}

// clientLeft ends a stream whose client went away while it waited for the
// response. cut says that the request is not whole either.
func (st *stream) clientLeft(cut bool) outcome {
	st.countAbort()
	if cut || st.clientReset() {
		st.terminate(byClient, inData)
		return broken
	}
	st.terminate(byClient, inHeaders)
	return st.refuse(400)
}

// serverBrokeOff ends a stream whose server refuses the rest of the request by
// breaking the connection.
func (st *stream) serverBrokeOff() outcome {
	sh := st.Session.Shard
	if st.Server == nil {
		st.terminate(byServer, inData)
		return broken
	}
	st.Server.Stats.At(sh).ServerAborts.Add(1)
	st.Backend.BE.At(sh).ServerAborts.Add(1)
	st.terminate(byServer, inData)
	return broken
}
