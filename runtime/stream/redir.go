package stream

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// redirected sends a client straight to its server where that has a "redir" prefix
// (5.2): requests that fetch something, and whose target has a path.
func (st *stream) redirected() outcome {
	prefix := st.Server.Redirect
	if prefix == "" || !st.http || st.Req.MethodID != http.MethodGet && st.Req.MethodID != http.MethodHead {
		return goOn
	}
	path := st.Req.PathQuery()
	if len(path) == 0 {
		return goOn
	}
	to := append(append(st.Scratch(len(prefix) + len(path))[:0], prefix...), path...)
	st.Reply = core.Answer{Status: 302, Reason: foundReason, Custom: true, Bare: true, Close: true}
	st.AddReplyField(cacheControlName, noCacheValue)
	st.AddReplyField(contentLength, zeroValue)
	st.AddReplyField(locationName, to)
	st.queueTick = st.now()
	st.terminate(byLocal, inConnect)
	return st.sendAnswer(st.Backend)
}

var (
	foundReason  = []byte("Found")
	noCacheValue = []byte("no-cache")
	zeroValue    = []byte("0")
	locationName = []byte("location")
)
