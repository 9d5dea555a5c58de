package stream

import (
	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

func packsRequests(z *core.Compression) bool       { return z.Direction != core.Responses }
func hasRequestAlgorithm(z *core.Compression) bool { return z.RequestAlgorithm != compress.None }
func hasRequestTypes(z *core.Compression) bool     { return len(z.RequestTypes) > 0 }
func hasRequestLeast(z *core.Compression) bool     { return z.RequestLeast > 0 }

// compressRequest decides, once the rules have been run, whether the request's
// body goes to the server compressed ("compression algo-req"), and makes the head
// say so.
func (st *stream) compressRequest() {
	st.upPacking = compress.None
	z := st.compression(hasRequestAlgorithm)
	if z == nil || st.compression(packsRequests) == nil || !st.requestCompressible() {
		return
	}
	if limit := st.engine.graph.Global.MaxCompRate; limit > 0 && st.engine.Process.CompressRate(conn.Now()) > uint64(limit)*1024 {
		return
	}
	st.upPacking = z.RequestAlgorithm
	r := &st.Req
	unmeasure(&r.Message)
	r.Add("content-encoding", st.upPacking.Token())
}

// requestCompressible reports whether the request has a body that may be
// compressed. An application gets it as it is: it is told its length.
func (st *stream) requestCompressible() bool {
	r := &st.Req
	if !r.HasBody() || r.Version < http.Version11 || st.Backend.FCGI != nil || r.Has("content-encoding") || forbidsTransform(&r.Message) {
		return false
	}
	kind := r.Value("content-type")
	if isMultipart(kind) {
		return false
	}
	if z := st.compression(hasRequestLeast); z != nil && r.ContentLength >= 0 && r.ContentLength < z.RequestLeast {
		return false
	}
	z := st.compression(hasRequestTypes)
	return z == nil || listed(z.RequestTypes, kind)
}
