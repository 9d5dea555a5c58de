package stream

import (
	"io"

	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// forwardResponse sends the response to the client, head and body.
func (st *stream) forwardResponse() outcome {
	r := &st.Res
	if r.Framing == http.Tunnel {
		return st.upgrade()
	}
	keep := st.keepsClient()
	st.announceCompression()
	r.Names = st.clientNames()
	r.Conn = http1.ResponseConn(&st.Req, r, keep)
	st.head = st.session.link.appendResponse(st.head[:0], r)
	if st.Frontend.Is(core.OptLogASAP) {
		st.logEarly()
	}
	st.down.begin(st.server.link, st.session.link, &st.res, &r.Message, &st.responseBody, st.engine)
	st.down.splice = st.spliceMode(core.OptSpliceResponse)
	if st.Compression != compress.None {
		st.down.packs = true
		st.down.packer.Reset(st.Compression)
	}
	if st.tracing {
		st.down.trace = st
	}
	if st.caching != nil && len(st.caching.writers) > 0 {
		st.down.store = st.caching
	}
	st.replied = true
	st.server.link.SetReadTimeout(st.Timeout.Server)
	f := st.download(r)
	st.countCompressed()
	if f.err != nil {
		return st.downloadFailed(f)
	}
	if st.caching != nil {
		st.caching.storeEnd(st.down.in == http.Chunked, st.down.trailers())
	}
	st.joinUpload(false) // a response may be over before the request is whole
	return st.afterBody(keep)
}

// download sends the head and forwards the body.
func (st *stream) download(r *http.Response) fault {
	if !r.HasBody() {
		st.down.complete = true
		return fault{client, st.session.link.finish(st.head, nil, nil)}
	}
	if f := st.down.first(st.head); f.err != nil {
		return f
	}
	return st.down.rest()
}

// afterBody decides what becomes of the two connections once the response went
// out whole.
func (st *stream) afterBody(keep bool) outcome {
	if st.upFault.err != nil {
		return st.restFailed()
	}
	if st.keepsServer() && st.Res.KeepAlive() && st.res.len() == 0 && !st.closeServer {
		st.keepServer()
	} else {
		st.endServer()
	}
	if !keep {
		return broken
	}
	return done
}

// restFailed ends a stream whose request did not become whole after the response.
func (st *stream) restFailed() outcome {
	f := st.upFault
	_, bad := f.err.(*http.Error)
	switch {
	case st.killedBy() != 0:
		st.terminate(st.killedBy(), inData)
	case bad:
		st.terminate(byProxy, inData)
		st.Frontend.FE.At(st.Session.Shard).RequestErrors.Add(1)
	case f.side == server:
		return st.serverBrokeOff()
	case conn.Cause(f.err) == conn.ErrTimeout:
		st.terminate(clientTime, inData)
	default:
		st.terminate(byClient, inData)
		st.countAbort()
	}
	return broken
}

// downloadFailed ends a stream whose response broke off.
func (st *stream) downloadFailed(f fault) outcome {
	st.joinUpload(true)
	sh := st.Session.Shard
	cause := conn.Cause(f.err)
	_, bad := f.err.(*http.Error)
	switch {
	case st.killedBy() != 0:
		st.terminate(st.killedBy(), inData)
	case f.side == client && cause == conn.ErrTimeout:
		st.terminate(clientTime, inData)
	case f.side == client:
		st.terminate(byClient, inData)
		st.countAbort()
	case bad:
		st.terminate(byServer, inData)
		st.countResponseError()
	case cause == conn.ErrTimeout:
		st.terminate(serverTime, inData)
		st.countServerError(sh)
	default:
		if f.err == io.EOF || cause == conn.ErrReset {
			st.countServerError(sh)
			st.countResponseError()
		}
		st.terminate(byServer, inData)
	}
	return broken
}

func (st *stream) countServerError(sh int) {
	st.Server.Stats.At(sh).ServerAborts.Add(1)
	st.Backend.BE.At(sh).ServerAborts.Add(1)
}

// keepsClient reports whether the client's connection may carry another
// request after this response.
func (st *stream) keepsClient() bool {
	fe, be := st.Frontend, st.Backend
	switch {
	case st.engine.stopping.Load(), fe.Is(core.OptHTTPClose), be.Is(core.OptHTTPClose),
		!http1.ClientKeep(&st.Req, &st.Res), st.closeClient, st.session.owner.killed.Load():
		return false
	}
	return true
}

// keepsServer reports whether the server is asked to keep its connection.
func (st *stream) keepsServer() bool {
	fe, be := st.Frontend, st.Backend
	const close = core.OptHTTPClose | core.OptServerClose
	if st.Req.Version < http.Version11 && st.Req.Framing == http.Chunked {
		return false // an old server may not see where the chunks end
	}
	return !fe.Is(close) && !be.Is(close) && !st.closeServer
}

// pretends reports whether the server shall not be told that its connection will
// be closed ("option http-pretend-keepalive").
func (st *stream) pretends() bool {
	return st.Frontend.Is(core.OptPretendKeepAlive) || st.Backend.Is(core.OptPretendKeepAlive)
}

// spliceMode is how one direction's bytes may move.
func (st *stream) spliceMode(o core.Option) conn.SpliceMode {
	if st.engine.graph.Global.NoSplice {
		return conn.SpliceNever
	}
	if st.Frontend.Is(o) || st.Backend.Is(o) {
		return conn.SpliceAlways
	}
	return conn.SpliceAuto
}
