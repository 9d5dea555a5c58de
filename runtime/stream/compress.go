package stream

import (
	"bytes"

	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/stats"
)

// compression returns the backend's settings of one kind, or else the frontend's;
// nil where neither has any.
func (st *stream) compression(has func(*core.Compression) bool) *core.Compression {
	for _, z := range [...]*core.Compression{st.Backend.Compression, st.Frontend.Compression} {
		if z != nil && has(z) {
			return z
		}
	}
	return nil
}

func packsResponses(z *core.Compression) bool { return z.Direction != core.Requests }
func hasAlgorithms(z *core.Compression) bool  { return len(z.Algorithms) > 0 }
func hasTypes(z *core.Compression) bool       { return len(z.Types) > 0 }
func hasLeast(z *core.Compression) bool       { return z.ResponseLeast > 0 }
func offloads(z *core.Compression) bool       { return z.Offload }

// chooseCompression looks, as the request goes to a server, for an algorithm that
// the client understands. With "compression offload" the server is not told.
func (st *stream) chooseCompression() {
	st.packing = compress.None
	z := st.compression(hasAlgorithms)
	if z == nil || st.compression(packsResponses) == nil || st.Req.Version < http.Version11 || compress.OldBrowser(st.Req.Value("user-agent")) {
		return
	}
	next := 0
	named := false
	st.packing, named = compress.Choose(z.Algorithms, func() ([]byte, bool) {
		i := st.Req.Index("accept-encoding", next)
		if i < 0 {
			return nil, false
		}
		next = i + 1
		return st.Req.At(i).Value, true
	})
	if named && st.compression(offloads) != nil {
		st.Req.Del("accept-encoding")
	}
}

// decideCompression decides whether the response's body will be compressed. It
// looks at the response as the server sent it; rules come later.
func (st *stream) decideCompression() {
	if st.packing == compress.None || !st.compressible() {
		return
	}
	if limit := st.engine.graph.Global.MaxCompRate; limit > 0 && st.engine.Process.CompressRate(conn.Now()) > uint64(limit)*1024 {
		return
	}
	st.Compression = st.packing
}

// announceCompression makes the head say what the body will be.
func (st *stream) announceCompression() {
	if st.Compression == compress.None {
		return
	}
	r := &st.Res
	if i := r.Index("etag", 0); i >= 0 && !bytes.HasPrefix(r.At(i).Value, []byte("W/")) {
		// Strong validators are for the very bytes of the server's response.
		r.SetValue(i, append(append(st.Scratch(len(r.At(i).Value) + 2)[:0], "W/"...), r.At(i).Value...))
	}
	unmeasure(&r.Message)
	r.Add("vary", acceptEncoding)
	if st.Compression != compress.Identity {
		r.Add("content-encoding", st.Compression.Token())
	}
}

var (
	chunked        = []byte("chunked")
	acceptEncoding = []byte("Accept-Encoding")
)

// unmeasure has a head not tell the length of a body that will be another.
func unmeasure(m *http.Message) {
	if m.Framing == http.Length || m.Framing == http.Framed && m.Has("content-length") {
		m.Del("content-length")
		m.Add("transfer-encoding", chunked)
	}
}

// compressible reports whether HAProxy's conditions for compression hold (4.2
// "compression algo").
func (st *stream) compressible() bool {
	r := &st.Res
	switch r.Status {
	case 200, 201, 202, 203:
	default:
		return false
	}
	if !r.HasBody() || r.Version < http.Version11 || r.Framing == http.UntilClose ||
		r.Framing == http.Length && r.ContentLength == 0 || r.Has("content-encoding") || forbidsTransform(&r.Message) {
		return false
	}
	kind := r.Value("content-type")
	if isMultipart(kind) {
		return false
	}
	if z := st.compression(hasLeast); z != nil && r.ContentLength >= 0 && r.ContentLength < z.ResponseLeast {
		return false
	}
	if z := st.compression(hasTypes); z != nil && !listed(z.Types, kind) {
		return false
	}
	switch r.Count("etag") {
	case 0:
		return true
	case 1:
		return validETag(r.Value("etag"))
	}
	return false
}

// isMultipart reports whether a content type is one of several parts.
func isMultipart(kind []byte) bool {
	return len(kind) >= 9 && bytes.EqualFold(kind[:9], []byte("multipart"))
}

// forbidsTransform reports whether the cache-control header says that bodies must
// stay as they are.
func forbidsTransform(r *http.Message) bool {
	for v := r.Values("cache-control"); v.Next(); {
		if bytes.EqualFold(v.Value(), []byte("no-transform")) {
			return true
		}
	}
	return false
}

// listed reports whether a content type begins like one of those to compress.
func listed(types []string, kind []byte) bool {
	for _, t := range types {
		if len(kind) >= len(t) && bytes.EqualFold(kind[:len(t)], []byte(t)) {
			return true
		}
	}
	return false
}

// validETag reports whether an ETag has the form of RFC 9110, 8.8.3.
func validETag(v []byte) bool {
	v = bytes.TrimPrefix(v, []byte("W/"))
	return len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"'
}

// countCompressed counts what was compressed, or went out as it was although it
// might have been compressed.
func (st *stream) countCompressed() {
	if st.Compression == compress.None {
		return
	}
	w, sh := &st.down.packer, st.Session.Shard
	in := w.In
	if st.Res.Framing == http.Chunked && st.down.complete {
		// HAProxy counts the end mark and what follows it.
		in++
		for i, trailers := 0, &st.responseBody.Trailers.Fields; i < trailers.Len(); i++ {
			f := trailers.At(i)
			in += uint64(len(f.Name) + len(f.Value))
		}
	}
	sides := [...]*stats.Compression{&st.Frontend.FE.At(sh).Compression, nil}
	if be := st.Backend.BE; be != nil {
		sides[1] = &be.At(sh).Compression
	}
	for _, c := range sides {
		if c == nil {
			break // a cache has answered before a backend was chosen
		}
		c.Responses.Add(1)
		if st.Compression == compress.Identity {
			c.Bypassed.Add(in)
			continue
		}
		c.BytesIn.Add(in)
		c.BytesOut.Add(w.Out)
	}
	if st.Compression != compress.Identity {
		st.engine.Process.Compressed(sh, conn.Now(), in, w.Out)
	}
}

// pack compresses content where it is to be.
func (b *body) pack(data []byte, end bool) []byte {
	if !b.packs {
		return data
	}
	return b.packer.Append(data, end)
}
