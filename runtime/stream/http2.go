package stream

import (
	"sync"

	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http2"
)

// flow is a link that is one stream of an HTTP/2 connection.
type flow struct{ *http2.Stream }

func (f flow) appendRequest(dst []byte, r *http.Request) []byte {
	return f.AppendRequest(dst, r)
}

func (f flow) appendResponse(dst []byte, r *http.Response) []byte {
	return f.AppendResponse(dst, r)
}

func (f flow) finish(head, body []byte, trailers *http.Fields) error {
	return f.Finish(head, body, trailers)
}

func (f flow) closeWrite() error { return f.Finish(nil, nil, nil) }

func (f flow) trailers() *http.Fields { return f.Trailers() }

func (f flow) here() bool { return f.Here() }

func (f flow) over() bool { return f.Over() }

func (f flow) socket() *conn.Conn { return nil }

// speaksHTTP2 reports whether the client is known to speak HTTP/2 before it has
// said anything.
func (s *session) speaksHTTP2() bool {
	return s.http && (s.Listener.Proto == "h2" || s.TLS != nil && s.TLS.ALPN == "h2")
}

// upgradeHTTP2 goes over to HTTP/2. What was read is the beginning of it.
func (s *session) upgradeHTTP2() conn.Next {
	e := s.engine
	s.HTTP2, s.shared = true, &sharedState{vars: s.Vars}
	s.Conn.Keep()
	s.Conn.SetWriteTimeout(s.Frontend.Timeout.Client)
	fe := s.Frontend.FE.At(s.Shard)
	s.h2 = http2.NewServer(s.Conn, s.in.bytes(), &e.h2, &fe.H2, &fe.Open, s)
	s.in.release()
	if err := s.h2.Early(); err != nil {
		return s.endHTTP2()
	}
	return s.parkHTTP2()
}

// serveHTTP2 acts on what the client has sent.
func (s *session) serveHTTP2() conn.Next {
	if err := s.h2.Receive(); err != nil {
		return s.endHTTP2()
	}
	if s.engine.stopping.Load() {
		s.h2.Leave()
	}
	return s.parkHTTP2()
}

// parkHTTP2 waits for more. The timeout only counts while there is no stream:
// each of them has its own.
func (s *session) parkHTTP2() conn.Next {
	since, none := s.h2.IdleSince()
	if none && s.h2.Leaving() {
		return s.endHTTP2()
	}
	d := s.idleTimeout()
	if none && d > 0 {
		d = max(d-millisecondsSince(since), time.Millisecond)
	}
	return s.park(d)
}

func (s *session) idleTimeout() time.Duration {
	if s.Requests == 0 {
		return s.firstByteTimeout()
	}
	return s.nextByteTimeout()
}

// idleHTTP2 acts on a silence that was ended by err.
func (s *session) idleHTTP2(err error) conn.Next {
	switch {
	case s.owner.killed.Load() || err == conn.ErrClosed:
		return s.endHTTP2()
	case err == conn.ErrTimeout:
		since, none := s.h2.IdleSince()
		if d := s.idleTimeout(); !none || millisecondsSince(since) < d {
			return s.parkHTTP2()
		}
	case !s.engine.stopping.Load():
		return s.parkHTTP2()
	}
	s.resume()
	if !s.Conn.Alive() {
		return s.serveHTTP2() // a request that has just come
	}
	s.h2.Leave()
	return s.parkHTTP2()
}

// endHTTP2 ends the session with all its streams.
func (s *session) endHTTP2() conn.Next {
	s.idle.Store(false)
	s.h2.Close()
	return s.close()
}

// Quiet implements [http2.Handler].
func (s *session) Quiet() {
	s.freeCarried()
	if s.engine.stopping.Load() {
		s.wakeIdle()
	}
}

// wakeIdle interrupts the wait of a session without streams, which then looks
// what there is to do.
func (s *session) wakeIdle() {
	s.wake.Lock()
	if _, none := s.h2.IdleSince(); none && s.idle.Load() {
		s.interrupted = true
		s.Conn.Interrupt()
	}
	s.wake.Unlock()
}

// carried is a stream of an HTTP/2 connection, with a session of its own, so that
// it shares nothing with its neighbours but their owner.
type carried struct {
	session
	h2   *http2.Stream
	st   *stream
	task conn.Task
	run  func() // bound once
}

// Begin implements [http2.Handler].
func (s *session) Begin(h *http2.Stream, r *http.Request) {
	k, vars := s.newCarried()
	if k.run == nil {
		k.run = k.serve
	}
	k.Session = s.Session
	k.Vars = vars
	k.HTTP2 = true
	k.Requests = 1 // whoever speaks HTTP/2 knows that streams may be refused
	k.engine, k.owner, k.link, k.h2 = s.engine, s, flow{h}, h
	k.in.pool = s.engine.buffers
	k.http = true
	k.handshake, s.handshake = s.handshake, 0
	st := k.newStream()
	st.Req, *r = *r, st.Req
	k.st = st
	s.Requests++
	k.task.GoOn(s.Conn, k.run)
}

// serve walks the stream through its phases.
func (k *carried) serve() {
	st, s, h := k.st, k.owner, k.h2
	done := false
	defer func() {
		if !done {
			// It panicked. The connection must not wait for the stream.
			h.Close(http2.InternalError)
		}
	}()
	st.beginCarried()
	out := st.walk(httpPhases[1:])
	code := st.resetCode()
	if out == tunnelled {
		st.bridge()
	}
	st.finish()
	k.in.release()
	k.st, k.h2, k.link = nil, nil, nil
	done = true
	s.keepCarried(k)
	h.Close(code) // the session may end now
	if s.engine.stopping.Load() {
		s.wakeIdle()
	}
}

// beginCarried takes the request that came with the stream.
func (st *stream) beginCarried() {
	l := st.session.link
	l.SetReadTimeout(st.Timeout.Client)
	l.SetWriteTimeout(st.Timeout.Client)
	st.firstByte()
	st.acceptRequest(0)
}

// resetCode tells the client of a stream that ends before its time why.
func (st *stream) resetCode() http2.Code {
	switch {
	case st.replied:
		return http2.Cancel
	case st.Log.Cause == byProxy:
		return http2.EnhanceYourCalm
	}
	return http2.RefusedStream
}

// sharedState is what the streams of a session share that run side by side.
type sharedState struct {
	sync.Mutex
	vars core.Vars
	old  []*carried // for later
}

// newCarried takes one that was used before, of this session if there is one, and
// copies the variables of the session for its stream.
func (s *session) newCarried() (*carried, core.Vars) {
	h := s.shared
	h.Lock()
	defer h.Unlock()
	vars := h.vars.Clone()
	if n := len(h.old); n > 0 {
		k := h.old[n-1]
		h.old = h.old[:n-1]
		return k, vars
	}
	return s.engine.carried.Get().(*carried), vars
}

// keepCarried keeps one whose stream has ended for the next, and makes the
// variables that the stream has set the session's. Streams that began before do
// not see them.
func (s *session) keepCarried(k *carried) {
	h := s.shared
	h.Lock()
	defer h.Unlock()
	if k.Vars.Len() > 0 {
		h.vars.Become(k.Vars)
	}
	if len(h.old) < maxCarried {
		h.old = append(h.old, k)
	} else {
		s.engine.carried.Put(k)
	}
}

// maxCarried is how many a session keeps while it has streams; without, it keeps
// one.
const maxCarried = 64

// freeCarried gives up what the session keeps beyond that.
func (s *session) freeCarried() {
	h := s.shared
	h.Lock()
	defer h.Unlock()
	for n := len(h.old); n > 1; n-- {
		s.engine.carried.Put(h.old[n-1])
		h.old[n-1] = nil
		h.old = h.old[:n-1]
	}
}
