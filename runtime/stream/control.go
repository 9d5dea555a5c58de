package stream

import (
	"io"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

var _ core.Control = (*stream)(nil)

// incoming returns the message that rules look at, the buffer that it comes in
// and where from.
func (st *stream) incoming() (*http.Message, *buffer, link) {
	if st.Response {
		return &st.Res.Message, &st.res, st.server.link
	}
	return &st.Req.Message, &st.session.in, st.session.link
}

// Body implements [core.Control].
func (st *stream) Body() []byte {
	if st.Response && st.Cached != nil {
		return st.cachedBody()
	}
	m, in, _ := st.incoming()
	b := in.bytes()
	switch m.Framing {
	case http.NoBody:
		return nil
	case http.Length:
		return b[:min(int64(len(b)), m.ContentLength)]
	case http.Chunked:
		return st.unchunk(b)
	}
	return b
}

// BodyWhole implements [core.Control].
func (st *stream) BodyWhole() bool {
	if st.Response && st.Cached != nil {
		return true
	}
	m, in, _ := st.incoming()
	return st.bodyHere(m, in.bytes())
}

// unchunk returns the data of the chunks in b.
func (st *stream) unchunk(b []byte) []byte {
	all := st.Scratch(len(b))[:0]
	r := http1.ChunkReader{Options: st.engine.codec(false)}
	for len(b) > 0 && !r.Done() {
		n, data, err := r.Next(b)
		if err != nil || n == 0 {
			break
		}
		all = append(all, data...)
		b = b[n:]
	}
	return all
}

// bodyHere reports whether the whole body of a message has come.
func (st *stream) bodyHere(m *http.Message, b []byte) bool {
	switch m.Framing {
	case http.NoBody:
		return true
	case http.Length:
		return int64(len(b)) >= m.ContentLength
	case http.Chunked:
		end, err := st.chunksEnd(b)
		return end || err != nil
	case http.Framed:
		if m.ContentLength >= 0 && int64(len(b)) >= m.ContentLength {
			return true
		}
		if st.Response {
			return st.serverEOF
		}
		return st.clientEOF
	}
	return false
}

// bodyEnds reports whether err is no fault, but the end of a body that only this
// end marks.
func (st *stream) bodyEnds(m *http.Message, err error) bool {
	switch {
	case m.Framing == http.UntilClose:
		return st.serverEnded(err)
	case m.Framing != http.Framed || err != io.EOF:
		return false
	case st.Response:
		st.serverEOF = true
	default:
		st.clientEOF = true
	}
	return true
}

// WaitForBody implements [core.Control].
func (st *stream) WaitForBody(d time.Duration, atLeast int) bool {
	if st.Response && st.Cached != nil {
		return true
	}
	m, in, c := st.incoming()
	enough := func() bool {
		return in.room() == 0 || st.bodyHere(m, in.bytes()) || atLeast > 0 && len(st.Body()) >= atLeast
	}
	if !enough() {
		if !st.Response && m.Is(http.FlagExpect) {
			st.sendContinue()
		}
		if d > 0 {
			c.SetReadDeadlineAt(conn.Now() + d.Milliseconds())
			defer c.SetReadDeadlineAt(0)
		}
		for !enough() {
			if _, err := in.fill(c); err != nil {
				return st.bodyEnds(m, err) || st.noBody(err)
			}
		}
	}
	if !st.Response {
		st.headTick = st.now()
	}
	return true
}

// sendContinue tells a client that waits for leave to send its body to do so. The
// server need not be asked any more.
func (st *stream) sendContinue() {
	if st.Req.Version < http.Version11 {
		return
	}
	r := &st.Res
	r.Reset()
	r.Version = http.Version11
	r.SetStatus(100)
	st.head = st.session.link.appendResponse(st.head[:0], r)
	st.outSize += responseSize(r)
	st.session.link.Write(st.head)
	r.Reset()
	st.Req.Del("expect")
	st.Req.Flags &^= http.FlagExpect
}

// serverEnded notes the end of a response that lasts until the server closes.
func (st *stream) serverEnded(err error) bool {
	if conn.Cause(err) == conn.ErrTimeout {
		return false
	}
	st.serverEOF = true
	return true
}

// noBody sets the answer to a message whose body did not come. It reports whether
// the rules go on, as they do without a client.
func (st *stream) noBody(err error) bool {
	timeout := conn.Cause(err) == conn.ErrTimeout
	switch {
	case st.Response && timeout:
		st.terminate(serverTime, inHeaders)
		st.Reply = core.Answer{Status: 504}
	case st.Response:
		st.terminate(byServer, inHeaders)
		st.Reply = core.Answer{Status: 502}
	case timeout:
		st.headTick = 0
		st.Frontend.FE.At(st.Session.Shard).RequestErrors.Add(1)
		st.terminate(clientTime, inRequest)
		st.Reply = core.Answer{Status: 408, Close: true}
	default:
		st.abandoned, st.headTick = true, st.now()
		return true
	}
	return false
}

// abandon ends a stream whose client went away while rules waited for the body:
// what is left of them runs still, but no server hears of it.
func (st *stream) abandon() outcome {
	if !st.abandoned {
		return goOn
	}
	st.terminate(byClient, inRequest)
	st.Frontend.FE.At(st.Session.Shard).RequestErrors.Add(1)
	st.countAbort()
	return broken
}

// EarlyHint implements [core.Control]. Clients of before HTTP/1.1 know no
// interim responses.
func (st *stream) EarlyHint(name string, value []byte) {
	if st.Req.Version < http.Version11 || st.replied {
		return
	}
	r := &st.Res
	r.Reset()
	r.Version = http.Version11
	r.SetStatus(103)
	r.Add(name, value)
	st.head = st.session.link.appendResponse(st.head[:0], r)
	st.session.link.Write(st.head)
	r.Reset()
}

// ServeMetrics implements [core.Control].
func (st *stream) ServeMetrics() { st.engine.ServeMetrics(&st.Stream) }

// CatchUp implements [core.Control].
func (st *stream) CatchUp() {
	in := &st.session.in
	if st.http || st.Response || in.len() > 0 && in.room() == 0 {
		return
	}
	in.fillNow(st.session.Conn) // what fails does so again
	st.Payload = in.bytes()
}

// DisableL7Retry implements [core.Control].
func (st *stream) DisableL7Retry() { st.noL7Retry = true }

// arriving is what comes from the client or from the server, and over which link.
func (st *stream) arriving(server bool) (*buffer, link) {
	if server {
		return &st.res, st.server.link
	}
	return &st.session.in, st.session.link
}

// Input implements [core.Control].
func (st *stream) Input(server bool) []byte {
	in, _ := st.arriving(server)
	return in.bytes()
}

// MoreInput implements [core.Control].
func (st *stream) MoreInput(server bool) bool {
	in, c := st.arriving(server)
	if c == nil || in.room() == 0 || server && st.serverEOF || !server && st.clientEOF {
		return false
	}
	_, err := in.fill(c)
	st.seen(in)
	if err == io.EOF {
		if server {
			st.serverEOF = true
		} else {
			st.clientEOF = true
		}
	}
	return err == nil
}

// ChangeInput implements [core.Control].
func (st *stream) ChangeInput(server bool, off, n int, with []byte) bool {
	in, _ := st.arriving(server)
	if in.mem == nil {
		if len(with) == 0 {
			return n == 0
		}
		in.mem = in.pool.GetFor(in.near)
	}
	b := in.bytes()
	if off < 0 || n < 0 || off+n > len(b) || len(b)-n+len(with) > len(in.mem) {
		return false
	}
	rest := append([]byte(nil), b[off+n:]...)
	in.rewind()
	k := off + copy(in.mem[off:], with)
	in.w = k + copy(in.mem[k:], rest)
	st.seen(in)
	// What was received counts, not what became of it.
	if more := int64(len(with) - n); server {
		st.outSize -= more
	} else {
		st.inSize -= more
	}
	return true
}

// seen shows what a buffer holds now to the rules that follow.
func (st *stream) seen(in *buffer) {
	if st.Payload != nil {
		st.Payload = in.bytes()
	}
}

// SendToClient implements [core.Control].
func (st *stream) SendToClient(p []byte) error {
	st.session.link.SetWriteTimeout(st.Timeout.Client)
	n, err := st.session.link.Write(p)
	st.outSize += int64(n)
	return err
}
