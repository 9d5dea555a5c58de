package stream

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// mayRetry reports whether retry-on names the cause.
func (st *stream) mayRetry(c core.RetryCause) bool { return st.Backend.RetryOn&c != 0 }

// canRetry says that one more attempt at the whole request may be made: there
// are retries left, the client has seen nothing, and the request, body included,
// is still in the buffer.
func (st *stream) canRetry() bool {
	return !st.noL7Retry && st.tried < st.Backend.Retries && !st.replied && st.up.complete && !st.up.lost
}

// retry prepares another attempt at the whole request.
func (st *stream) retry() {
	srv := st.Server
	st.countRequestRetry(srv)
	st.queueTick = st.now()
	st.dropServer()
	if st.redispatchNow(st.Backend) {
		st.redispatch(srv)
		return
	}
	st.countRetry(srv)
}

// countRequestRetry counts an attempt at a whole request that failed and will be
// followed by another. Where that is for the same server, HAProxy counts it once
// more; see countRetry.
func (st *stream) countRequestRetry(srv *core.Server) {
	sh := st.Session.Shard
	st.tried++
	st.Log.Retries++
	st.place.retries.Store(int64(st.Log.Retries))
	srv.Stats.At(sh).Retries.Add(1)
	st.Backend.BE.At(sh).Retries.Add(1)
}

// countRetry counts another attempt at the same server.
func (st *stream) countRetry(srv *core.Server) {
	sh := st.Session.Shard
	srv.Stats.At(sh).Retries.Add(1)
	srv.Stats.Session(sh, conn.Now())
	st.Backend.BE.At(sh).Retries.Add(1)
}

// dropServer closes the server connection and forgets what came from it.
func (st *stream) dropServer() {
	st.joinUpload(true)
	st.endServer()
	st.res.release()
	st.up.restore(&st.session.in)
}

// retryAfterResponse is retry after a whole response: the connection that it came
// over carries the next attempt, if that is for the same server.
func (st *stream) retryAfterResponse() {
	if !st.dropResponse() {
		st.retry()
		return
	}
	srv := st.Server
	st.countRequestRetry(srv)
	st.server.requests++
	st.up.restore(&st.session.in)
	if st.redispatchNow(st.Backend) {
		st.keepServer()
		st.redispatch(srv)
		return
	}
	st.countRetry(srv)
}

// dropResponse takes the response out of the buffer. It reports whether the
// connection can go on: the response is here as a whole, with nothing behind it,
// and neither side wants to close.
func (st *stream) dropResponse() bool {
	r := &st.Res
	var size int64
	_, once := st.server.link.(*script)
	switch {
	case once, st.uploading || !st.keepsServer() || !r.KeepAlive():
		return false
	case r.HasBody() && r.Framing != http.Length:
		return false
	case r.HasBody():
		size = r.ContentLength
	}
	if int64(st.res.len()) != size {
		return false
	}
	st.res.release()
	return true
}

// redispatchNow reports whether this retry may leave the server (4.2 "option
// redispatch").
func (st *stream) redispatchNow(be *core.Proxy) bool {
	n := be.Redispatch
	if n == 0 || st.persistent && st.ForcePersist {
		return false
	}
	if n > 0 {
		return st.tried%n == 0
	}
	left := be.Retries - st.tried
	return left%-n == 0
}

// redispatch gives the server up.
func (st *stream) redispatch(srv *core.Server) {
	sh := st.Session.Shard
	st.releaseSlot()
	st.uncountServer()
	st.avoid = srv
	st.Server, st.persistent = nil, false
	st.Log.Redispatched = true
	srv.Stats.At(sh).Redispatches.Add(1)
	st.Backend.BE.At(sh).Redispatches.Add(1)
	if st.Log.Persist == 'V' {
		st.Log.Persist = 'D'
	}
}

// retryStatus returns the retry-on cause of a status.
func retryStatus(code int) core.RetryCause {
	switch code {
	case 401:
		return core.Retry401
	case 403:
		return core.Retry403
	case 404:
		return core.Retry404
	case 408:
		return core.Retry408
	case 425:
		return core.Retry425
	case 500:
		return core.Retry500
	case 501:
		return core.Retry501
	case 502:
		return core.Retry502
	case 503:
		return core.Retry503
	case 504:
		return core.Retry504
	}
	return 0
}
