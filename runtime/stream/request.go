package stream

import (
	"io"
	"strings"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// readRequest reads the request's head, which stays in the session's buffer
// until the stream ends.
func (st *stream) readRequest() outcome {
	s := st.session
	c, fe := s.link, st.Frontend
	opts := st.engine.codec(fe.Is(core.OptAcceptInvalidRequest))
	st.beginRequest()
	defer c.SetReadDeadlineAt(0)
	for {
		n, err := http1.ParseRequest(s.in.bytes(), &st.Req, opts)
		if err != nil {
			st.captureBad(err, s.in.bytes(), 0)
			return st.badRequest(err)
		}
		if n > 0 {
			if err := st.probe(&st.Req.Message, s.in.bytes()[n:]); err != nil {
				st.captureBad(err, s.in.bytes(), n)
				return st.badRequest(err)
			}
			if st.isPreface() {
				return st.restOfPreface(n)
			}
			st.acceptRequest(n)
			if string(st.Req.Method) == "PRI" {
				return st.refusePreface()
			}
			return goOn
		}
		if _, err := s.in.fill(c); err != nil {
			return st.noHead(err)
		}
		if st.requestTick == 0 {
			st.firstByte()
		}
	}
}

// isPreface reports whether the request is the beginning of HTTP/2, and the
// client may go on with that.
func (st *stream) isPreface() bool {
	r := &st.Req
	return string(r.Method) == "PRI" && string(r.Target) == "*" && r.Version == http.Version20 &&
		r.Len() == 0 && st.session.Requests == 0 && !st.Frontend.Is(core.OptDisableH2Upgrade)
}

// prefaceEnd is what follows the request line of HTTP/2's preface (RFC 9113, 3.4).
const prefaceEnd = "SM\r\n\r\n"

// restOfPreface waits for the end of a preface of which n bytes are there.
func (st *stream) restOfPreface(n int) outcome {
	s := st.session
	for {
		rest := s.in.bytes()[n:]
		rest = rest[:min(len(rest), len(prefaceEnd))]
		if len(rest) == len(prefaceEnd) && string(rest) == prefaceEnd {
			return preface
		}
		if strings.HasPrefix(prefaceEnd, string(rest)) {
			if _, err := s.in.fill(s.link); err == nil {
				continue
			}
		}
		st.acceptRequest(n)
		return st.refusePreface()
	}
}

// probe looks for mistakes in what came of a chunked body with its head: such a
// message is refused as a whole.
func (st *stream) probe(m *http.Message, b []byte) error {
	if m.Framing != http.Chunked {
		return nil
	}
	_, err := st.chunksEnd(b)
	return err
}

// chunksEnd reports whether b holds the end of a chunked body that starts with
// it.
func (st *stream) chunksEnd(b []byte) (bool, error) {
	r := http1.ChunkReader{Options: &st.engine.http}
	for !r.Done() {
		n, _, err := r.Next(b)
		if err != nil {
			return false, err
		}
		if n == 0 {
			return false, nil
		}
		b = b[n:]
	}
	return true, nil
}

// codec returns the codec's options for a proxy.
func (e *Engine) codec(lenient bool) *http1.Options {
	if lenient {
		return &e.lenient
	}
	return &e.http
}

// beginRequest sets the timeouts for a head: each read within the client's
// timeout, the whole within that of http-request, counted from the first byte.
func (st *stream) beginRequest() {
	s := st.session
	st.Req.Reset()
	s.link.SetReadTimeout(st.Timeout.Client)
	s.link.SetWriteTimeout(st.Timeout.Client)
	if s.in.len() > 0 {
		st.firstByte()
	}
	if t := st.Timeout.HTTPRequest; t > 0 {
		s.link.SetReadDeadlineAt(st.now() + t.Milliseconds())
	}
}

// firstByte notes when the request began.
func (st *stream) firstByte() { st.requestTick = st.now() }

// acceptRequest takes a complete head of n bytes.
func (st *stream) acceptRequest(n int) {
	s, fe := st.session, st.Frontend
	st.headTick = st.now()
	if st.requestTick == 0 {
		st.requestTick = st.headTick
	}
	st.keepRequestLine()
	s.in.skip(n)
	st.inSize = requestSize(&st.Req)
	st.RequestParsed = true
	sh := s.Shard
	fe.FE.Request(sh, st.headTick)
	st.captureRequest(fe)
}

// keepRequestLine saves the request line as understood, for the logs: rules may
// rewrite the request.
func (st *stream) keepRequestLine() {
	r := &st.Req
	limit := st.engine.graph.Global.Tune.LogURILen
	b := st.Scratch(len(r.Method) + len(r.Target) + len("  HTTP/d.d"))[:0]
	b = append(append(append(b, r.Method...), ' '), r.Target...)
	b = append(b, ' ')
	if r.Protocol != nil {
		b = append(b, r.Protocol...)
	} else {
		b = r.Version.Append(append(b, "HTTP/"...))
	}
	st.Log.URI = b[:min(len(b), limit)]
}

// badRequest answers a head that is none.
func (st *stream) badRequest(err error) outcome {
	status := 400
	if e, ok := err.(*http.Error); ok {
		status = e.Status
	}
	sh := st.Session.Shard
	fe := st.Frontend.FE
	fe.Request(sh, st.now())
	fe.At(sh).RequestErrors.Add(1)
	st.countBadRequest()
	st.terminate(byProxy, inRequest)
	return st.refuse(status)
}

// refusePreface answers what looks like a request but is the beginning of HTTP/2.
func (st *stream) refusePreface() outcome {
	st.Frontend.FE.At(st.Session.Shard).RequestErrors.Add(1)
	st.terminate(byProxy, inRequest)
	st.requestTick, st.headTick = 0, 0
	out := st.refuse(400)
	st.RequestParsed, st.Log.URI = false, nil // for the logs
	return out
}

// noHead ends a stream whose client did not send a whole head.
func (st *stream) noHead(err error) outcome {
	sh := st.Session.Shard
	fe := st.Frontend.FE
	switch {
	case err == errFull:
		e := &http.Error{Status: 400}
		st.captureBad(e, st.session.in.bytes(), 0)
		return st.badRequest(e)
	case st.killedBy() != 0:
		st.terminate(byKill, inRequest)
		return broken
	}
	if st.requestTick == 0 {
		// Nothing came at all.
		if st.session.Requests > 0 {
			st.logged = true
			return broken
		}
		return st.silence(err)
	}
	fe.Request(sh, st.now())
	fe.At(sh).RequestErrors.Add(1)
	st.CountRequest()
	if conn.Cause(err) == conn.ErrTimeout {
		st.terminate(clientTime, inRequest)
		return st.refuse(408)
	}
	st.CountError()
	st.terminate(byClient, inRequest)
	if err == io.EOF {
		return st.refuse(400)
	}
	st.Log.Status = 400
	return broken
}

// frontendBody waits for the body when "option http-buffer-request" asks for it:
// until it is complete or fills the buffer.
func (st *stream) frontendBody() outcome { return st.bufferRequest(st.Frontend) }

// backendBody does the same for the backend, unless the body was waited for.
func (st *stream) backendBody() outcome {
	if st.Frontend.Is(core.OptBufferRequest) {
		return goOn
	}
	return st.bufferRequest(st.Backend)
}

func (st *stream) bufferRequest(p *core.Proxy) outcome {
	if !p.Is(core.OptBufferRequest) || !st.Req.HasBody() || st.WaitForBody(p.Timeout.HTTPRequest, 0) {
		return goOn
	}
	return st.reply(p)
}

// bodyComplete reports whether the buffer holds the whole body.
func (st *stream) bodyComplete() bool {
	return st.bodyHere(&st.Req.Message, st.session.in.bytes())
}
