package core

import (
	"gohap/runtime/conn"
	"gohap/runtime/sticktable"
)

// MaxTracked is how many entries of stick tables a session, and each of its
// streams, may track: track-sc0 to track-sc2.
const MaxTracked = 3

// Tracked are references to the entries of stick tables whose counters follow a
// session or a stream.
type Tracked [MaxTracked]sticktable.Ref

// Track makes the entry with that key counter i, creating it if need be. Each
// connection that is tracked counts as one.
func (t *Tracked) Track(i int, table *sticktable.Table, key []byte) {
	if e, ok := table.Get(key, conn.Now()); ok {
		t[i] = e.Hold()
		e.Add(sticktable.ConnCnt, 0, 1)
		e.Add(sticktable.ConnRate, 0, 1)
		e.Add(sticktable.ConnCur, 0, 1)
		e.Unlock()
	}
}

// Release forgets all entries.
func (t *Tracked) Release() {
	for i := range t {
		if !t[i].Valid() {
			continue
		}
		e := t[i].Lock(conn.Now())
		e.Drop(sticktable.ConnCur)
		e.Release()
		e.Unlock()
		t[i] = sticktable.Ref{}
	}
}

// CountSession counts a session that the rules let in.
func (t *Tracked) CountSession() {
	for i := range t {
		if t[i].Valid() {
			e := t[i].Lock(conn.Now())
			e.Add(sticktable.SessCnt, 0, 1)
			e.Add(sticktable.SessRate, 0, 1)
			e.Unlock()
		}
	}
}

// Counter returns what the stream tracks as counter i: its own entry, or else
// its session's.
func (s *Stream) Counter(i int) sticktable.Ref {
	if r := s.Tracked[i]; r.Valid() {
		return r
	}
	return s.Session.Tracked[i]
}

// CountTracked adds n to a counter and its rate in all entries that the stream
// tracks.
func (s *Stream) CountTracked(count, rate sticktable.DataType, n uint64) {
	for i := range s.Tracked {
		if r := s.Counter(i); r.Valid() {
			Count(r, count, rate, n)
		}
	}
}

// Count adds n to a counter of an entry and to its rate, as far as its table
// stores them.
func Count(r sticktable.Ref, count, rate sticktable.DataType, n uint64) {
	if t := r.Table(); !t.Stores(count) && !t.Stores(rate) {
		return
	}
	e := r.Lock(conn.Now())
	e.Add(count, 0, n)
	e.Add(rate, 0, n)
	e.Unlock()
}

// CountRequest counts a request.
func (s *Stream) CountRequest() { s.CountTracked(sticktable.HTTPReqCnt, sticktable.HTTPReqRate, 1) }

// CountError counts a request that was the client's mistake.
func (s *Stream) CountError() { s.CountTracked(sticktable.HTTPErrCnt, sticktable.HTTPErrRate, 1) }

// CountFailure counts a request that a server failed to answer.
func (s *Stream) CountFailure() { s.CountTracked(sticktable.HTTPFailCnt, sticktable.HTTPFailRate, 1) }

// CountersOf returns what counts a server's response with that status, and false
// for one that is neither the client's mistake nor the server's failure. That a
// server does not know a method or a version is no failure.
func CountersOf(status int) (count, rate sticktable.DataType, ok bool) {
	switch {
	case status >= 400 && status < 500:
		return sticktable.HTTPErrCnt, sticktable.HTTPErrRate, true
	case status >= 500 && status != 501 && status != 505:
		return sticktable.HTTPFailCnt, sticktable.HTTPFailRate, true
	}
	return 0, 0, false
}
