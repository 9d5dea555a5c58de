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
type running [16]struct {
	sync.Mutex
	first *stream
	_     [40]byte // keeps neighbours' locks off the cache line
}

// place is a stream's place in the list, and what other tasks may know of it.
type place struct {
	prev, next      *stream
	taken           bool
	number, retries atomic.Int64
	backend         atomic.Pointer[core.Proxy]
	server          atomic.Pointer[core.Server]
}

// list enters a TCP session.
func (st *stream) list() outcome {
	st.engine.running.add(st)
	return goOn
}

func (r *running) add(st *stream) {
	p := &st.place
	p.taken = true
	p.number.Store(int64(st.Log.Number))
	p.retries.Store(0)
	p.backend.Store(nil)
	p.server.Store(nil)
	sh := &r[st.Session.Shard&15]
	sh.Lock()
	p.prev, p.next = nil, sh.first
	if sh.first != nil {
		sh.first.place.prev = st
	}
	sh.first = st
	sh.Unlock()
}

func (r *running) remove(st *stream) {
	p := &st.place
	p.taken = false
	sh := &r[st.Session.Shard&15]
	sh.Lock()
	if p.prev != nil {
		p.prev.place.next = p.next
	} else {
		sh.first = p.next
	}
	if p.next != nil {
		p.next.place.prev = p.prev
	}
	sh.Unlock()
}

// each calls f for every stream until it returns false, with the stream's shard
// locked.
func (r *running) each(f func(*stream) bool) {
	for i := range r {
		sh := &r[i]
		sh.Lock()
		for st := sh.first; st != nil; st = st.place.next {
			if !f(st) {
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
			ID: st.id(), Number: st.place.number.Load(), Start: wall.Add(-age), Age: age,
			Client: st.session.Conn.SocketRemote(), Local: st.session.Conn.SocketLocal(),
			Frontend: st.session.Frontend, Listener: st.session.Listener,
			Backend: st.place.backend.Load(), Server: st.place.server.Load(),
			Retries: int(st.place.retries.Load()), ClientFD: descriptor(st.session.Conn), ServerFD: -1,
		}
		if c := st.serverLink.socket(); c != nil {
			i.ServerFD, i.ServerLocal = descriptor(c), c.SocketLocal()
		}
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
