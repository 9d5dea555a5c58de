package stream

import (
	"bytes"
	"strconv"

	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// serveCached answers with what a rule has found in a cache. To response rules and
// logs it is the response of a server.
func (st *stream) serveCached() outcome {
	st.queueTick = st.now()
	st.connectTick, st.responseTick = st.queueTick, st.queueTick
	st.countIntercepted()
	st.terminate(byLocal, inRequest)
	if st.Req.Is(http.FlagExpect) && st.Req.HasBody() && !st.bodyComplete() {
		st.sendContinue()
	}
	st.chooseCompression()
	st.fillCached()
	st.ResponseParsed = true
	st.Log.Status = st.Res.Status
	st.outSize += responseSize(&st.Res)
	st.captureResponse()
	if out := st.responseContent(); out != goOn {
		return out
	}
	if out := st.responseRules(); out != goOn {
		return out
	}
	return st.forwardCached()
}

// fillCached makes the response what is stored, or the answer to a client that has
// it already.
func (st *stream) fillCached() {
	hit, r := &st.caching.hit, &st.Res
	now := st.session.Conn.Wall().Unix()
	head := hit.Head(st.Scratch)
	r.Reset()
	readHead(head, r)
	if st.clientHas(hit.ETag(head), hit.Modified()) {
		r.SetStatus(304)
		r.Framing, r.ContentLength = http.NoBody, -1
	}
	r.AddRef(ageName, strconv.AppendInt(st.Scratch(20)[:0], hit.Age(now), 10))
}

var ageName = []byte("age")

// clientHas reports whether the request's conditions say that the client has the
// response (RFC 9110, 13.2.2).
func (st *stream) clientHas(etag []byte, modified int64) bool {
	r := &st.Req
	if r.Has("if-none-match") {
		for it := r.Values("if-none-match"); it.Next(); {
			if v := it.Value(); len(v) == 1 && v[0] == '*' || sameETag(v, etag) {
				return true
			}
		}
		return false
	}
	if i := r.Index("if-modified-since", 0); i >= 0 {
		since, ok := parseHTTPDate(r.At(i).Value)
		return ok && modified <= since
	}
	return false
}

// sameETag compares two ETags, be they weak or not.
func sameETag(a, b []byte) bool {
	a, b = bytes.TrimPrefix(a, weak), bytes.TrimPrefix(b, weak)
	return len(a) >= 2 && a[0] == '"' && bytes.Equal(a, b)
}

var weak = []byte("W/")

// forwardCached sends the client a stored response.
func (st *stream) forwardCached() outcome {
	r := &st.Res
	keep := st.keepsClient()
	st.announceCompression()
	r.Names = st.clientNames()
	r.Conn = http1.ResponseConn(&st.Req, r, keep)
	st.head = st.session.link.appendResponse(st.head[:0], r)
	if st.Frontend.Is(core.OptLogASAP) {
		st.logEarly()
	}
	st.replied = true
	st.session.link.SetWriteTimeout(st.Timeout.Client)
	f := st.sendCached(r)
	st.countCompressed()
	if f.err != nil {
		return st.downloadFailed(f)
	}
	if f := st.drainRequest(); f.err != nil {
		st.upFault = f
		return st.restFailed()
	}
	if !keep {
		return broken
	}
	return done
}

// sendCached sends the head and the stored body.
func (st *stream) sendCached(r *http.Response) fault {
	b := &st.down
	if st.Req.MethodID == http.MethodHead || !r.HasBody() {
		b.none()
		return fault{client, st.session.link.finish(st.head, nil, nil)}
	}
	b.begin(nowhere{}, st.session.link, &st.res, &r.Message, &st.responseBody, st.engine)
	chunked := b.in == http.Chunked
	if b.in == http.Framed {
		// The connection that told of the end is no more; trailers are kept as those
		// of chunks are.
		b.in = http.Chunked
		b.reader.Reset()
	}
	if st.Compression != compress.None {
		b.packs = true
		b.packer.Reset(st.Compression)
	}
	if b.in == http.Chunked {
		st.readTrailers(&b.reader.Trailers.Fields)
	}
	if st.res.mem == nil {
		st.res.mem = st.engine.buffers.GetFor(st.res.near)
	}
	body := st.caching.hit.Body()
	head := st.head
	for {
		data := body.Next(st.res.mem)
		end := body.Left() == 0
		b.moved += int64(len(data))
		data = b.pack(data, end)
		if end {
			if chunked {
				b.moved += trailerSize(&b.reader.Trailers.Fields)
			}
			return b.finish(head, data)
		}
		if f := b.write(head, data, nil); f.err != nil {
			return f
		}
		head = nil
	}
}

// readTrailers reads the stored trailers.
func (st *stream) readTrailers(f *http.Fields) {
	w := st.caching.hit.Trailers()
	if n := w.Left(); n > 0 {
		readStored(w.Next(st.Scratch(n)), f)
	}
}

// cachedBody is the beginning of the stored body, as much as a buffer takes.
func (st *stream) cachedBody() []byte {
	w := st.caching.hit.Body()
	n := min(w.Left(), st.engine.buffers.Size())
	if n == 0 {
		return nil
	}
	p := w.Next(st.Scratch(n))
	return p[:min(len(p), n)]
}

// drainRequest reads the rest of a request's body, which nobody wants.
func (st *stream) drainRequest() fault {
	r := &st.Req
	if st.drained() {
		return fault{}
	}
	up := &st.up
	up.begin(st.session.link, nowhere{}, &st.session.in, &r.Message, &st.requestBody, st.engine)
	up.fromClient = true
	st.bodyTaken = true
	f := up.first(nil)
	if f.err == nil {
		f = up.rest()
	}
	return f
}

// nowhere is a link that takes everything and has nothing to give.
type nowhere struct{ link }

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

func (nowhere) Writev(a, b, d []byte) (int, error) { return len(a) + len(b) + len(d), nil }

func (nowhere) finish(_, _ []byte, _ *http.Fields) error { return nil }

func (nowhere) socket() *conn.Conn { return nil }

func (nowhere) trailers() *http.Fields { return nil }
