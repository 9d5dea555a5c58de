package stream

import (
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// running lists the streams under way, for "show sess". It is sharded as
// connections are; a TCP session is in it from its start, and a request once its head is there.
// To enter and to leave touches no other stream.
type running [16]struct {
	sync.Mutex
	seats []*stream // some are empty
	free  []int     // which
	_     [8]byte   // keeps neighbours' locks off the cache line
}

// place is a stream's place in the list, and what other tasks may know of it.
type place struct {
	seat    int
	taken   bool
	number  int64 // written with the list locked
	retries atomic.Int64
	backend atomic.Pointer[core.Proxy]
	server  atomic.Pointer[core.Server]
}

// list enters a TCP session.
func (st *stream) list() outcome {
	st.engine.running.add(st)
	return goOn
}

func (r *running) add(st *stream) {
	p := &st.place
	p.taken = true
	if p.retries.Load() != 0 {
		p.retries.Store(0)
	}
	p.backend.Store(nil)
	if p.server.Load() != nil {
		p.server.Store(nil)
	}
	sh := &r[st.Session.Shard&15]
	sh.Lock()
	p.number = int64(st.Log.Number)
	if n := len(sh.free) - 1; n >= 0 {
		p.seat, sh.free = sh.free[n], sh.free[:n]
		sh.seats[p.seat] = st
	} else {
		p.seat = len(sh.seats)
		sh.seats = append(sh.seats, st)
	}
	sh.Unlock()
}

func (r *running) remove(st *stream) {
	p := &st.place
	p.taken = false
	sh := &r[st.Session.Shard&15]
	sh.Lock()
	sh.seats[p.seat] = nil
	if sh.free = append(sh.free, p.seat); len(sh.free) == len(sh.seats) && len(sh.seats) > maxSeats {
		sh.seats, sh.free = nil, nil
	}
	sh.Unlock()
}

// maxSeats is how many seats of a shard are kept when all are empty.
const maxSeats = 1024

// each calls f for every stream until it returns false, with the stream's shard
// locked.
func (r *running) each(f func(*stream) bool) {
	for i := range r {
		sh := &r[i]
		sh.Lock()
		for _, st := range sh.seats {
			if st != nil && !f(st) {
				sh.Unlock()
				return
			}
		}
		sh.Unlock()
	}
}

// id names the stream while it runs.
func (st *stream) id() uint64 { return uint64(uintptr(unsafe.Pointer(st))) }

// Streams describes the streams under way.
func (e *Engine) Streams() []core.StreamInfo {
	var all []core.StreamInfo
	now, wall := conn.Now(), conn.Wall()
	e.running.each(func(st *stream) bool {
		age := time.Duration(now-st.startTick) * time.Millisecond
		i := core.StreamInfo{
			ID: st.id(), Number: st.place.number, Start: wall.Add(-age), Age: age,
			Client: st.session.Conn.SocketRemote(), Local: st.session.Conn.SocketLocal(),
			Frontend: st.session.Frontend, Listener: st.session.Listener,
			Backend: st.place.backend.Load(), Server: st.place.server.Load(),
			Retries: int(st.place.retries.Load()), ClientFD: descriptor(st.session.Conn), ServerFD: -1,
		}
		st.serverLink.look(func(c *conn.Conn) { i.ServerFD, i.ServerLocal = descriptor(c), c.SocketLocal() })
		all = append(all, i)
		return true
	})
	return all
}

func descriptor(c *conn.Conn) int {
	n := -1
	c.WithFD(func(fd int) error {
		n = fd
		return nil
	})
	return n
}

// EndStream ends the stream with that ID as an administrator asks. It reports
// false where there is none.
func (e *Engine) EndStream(id uint64) bool {
	found := false
	e.running.each(func(st *stream) bool {
		if found = st.id() == id; found {
			st.End(byKill)
		}
		return !found
	})
	return found
}
