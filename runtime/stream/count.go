package stream

import (
	"time"

	"gohap/runtime/core"
	"gohap/runtime/sticktable"
	"gohap/stats"
)

// countBackend makes the backend's counters know the stream.
func (st *stream) countBackend(be *core.Proxy) {
	if be.BE == nil {
		return
	}
	sh, now := st.Session.Shard, st.now()
	st.inBackend = true
	be.BE.Current.Inc()
	be.BE.Session(sh, now)
}

// countServer makes the server's counters know the stream, once a server.
func (st *stream) countServer() {
	srv := st.Server
	if st.counted == srv {
		return
	}
	st.counted = srv
	sh, now := st.Session.Shard, st.now()
	srv.Stats.Session(sh, now)
	srv.Idle.Used(srv.Stats.Used.Inc())
	if st.balanced {
		srv.Stats.At(sh).Balanced.Add(1)
		st.Backend.BE.At(sh).Balanced.Add(1)
	}
	if srv.OnMarkedDown != "" || srv.Backup {
		srv.Streams.Add(st)
		st.listed = srv
	}
}

// uncountServer forgets the server that the stream gave up.
func (st *stream) uncountServer() {
	st.unlist()
	if st.counted != nil {
		st.counted.Stats.Used.Dec()
		st.counted = nil
	}
}

// unlist takes the stream out of its server's set.
func (st *stream) unlist() {
	if st.listed != nil {
		st.listed.Streams.Remove(st)
		st.listed = nil
	}
}

// countResponse counts a response head that a server sent, an interim one too. What
// the proxy answers in a server's place is none of the server's.
func (st *stream) countResponse() {
	c := st.Server.Stats.At(st.Session.Shard)
	c.Requests.Add(1)
	c.Responses.Count(st.Res.Status)
}

// countResponseError counts a server that broke off: its connection failed, or
// ended before the message did.
func (st *stream) countResponseError() {
	sh := st.Session.Shard
	st.Server.Stats.At(sh).ResponseErrors.Add(1)
	st.Backend.BE.At(sh).ResponseErrors.Add(1)
}

// countIntercepted counts a request that the frontend answered by itself; what a
// backend answers is none.
func (st *stream) countIntercepted() {
	if st.Frontend == st.Backend {
		st.Frontend.FE.At(st.Session.Shard).Intercepted.Add(1)
	}
}

// countAbort counts a client that left.
func (st *stream) countAbort() {
	sh := st.Session.Shard
	if st.inBackend {
		st.Backend.BE.At(sh).ClientAborts.Add(1)
	}
	if st.Server != nil {
		st.Server.Stats.At(sh).ClientAborts.Add(1)
	}
}

// count adds the finished stream to the counters of all it passed.
func (st *stream) count() {
	sh := st.Session.Shard
	in, out := uint64(st.Log.BytesIn), uint64(st.Log.BytesOut)
	fe, be, srv := st.Frontend.FE, st.Backend.BE, st.counted
	f := fe.At(sh)
	f.BytesIn.Add(in)
	f.BytesOut.Add(out)
	answered := st.http && (st.Log.Status >= 0 || st.RequestParsed && !st.unheard)
	if answered {
		f.Responses.Count(st.Log.Status)
	}
	st.CountTracked(sticktable.BytesInCnt, sticktable.BytesInRate, in)
	st.CountTracked(sticktable.BytesOutCnt, sticktable.BytesOutRate, out)
	if ls := st.session.Listener.Stats; ls != nil {
		l := ls.At(sh)
		l.BytesIn.Add(in)
		l.BytesOut.Add(out)
	}
	if st.inBackend {
		b := be.At(sh)
		b.BytesIn.Add(in)
		b.BytesOut.Add(out)
		if answered {
			b.Requests.Add(1)
			b.Responses.Count(st.Log.Status)
		}
		if st.connectTick != 0 {
			st.record(&be.Times)
		}
		be.Current.Dec()
		st.inBackend = false
	} else if st.http && be != nil && st.Backend.Has(core.Backend) {
		// A proxy with both sides knows the bytes even of what it answers itself.
		b := be.At(sh)
		b.BytesIn.Add(in)
		b.BytesOut.Add(out)
	}
	if srv != nil {
		c := srv.Stats.At(sh)
		c.BytesIn.Add(in)
		c.BytesOut.Add(out)
		if st.connectTick != 0 {
			st.record(&srv.Stats.Times)
		}
		st.uncountServer()
	}
}

// trackRequest makes the tracked entries know of a request that is one.
func (st *stream) trackRequest() outcome {
	st.CountRequest()
	return goOn
}

// countBadRequest makes the tracked entries know of a request that is none.
func (st *stream) countBadRequest() {
	st.CountRequest()
	st.CountError()
}

// countStatus makes the tracked entries know what a server thinks of the request.
func (st *stream) countStatus() {
	if count, rate, ok := core.CountersOf(st.Res.Status); ok {
		st.CountTracked(count, rate, 1)
	}
}

// record adds the stream's times to an average.
func (st *stream) record(t *stats.Times) {
	l := &st.Log
	t.Record(st.Session.Shard, millis(l.QueueTime), millis(l.ConnectTime), millis(l.ResponseTime), millis(l.Total))
}

// millis is a time in milliseconds, 0 for one that did not happen.
func millis(d time.Duration) int64 { return max(d.Milliseconds(), 0) }
