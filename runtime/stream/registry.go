package stream

import (
	"sync"
	"sync/atomic"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// registry knows the running sessions, so that they can be ended. It is sharded
// as connections are, and only touched when a session starts and ends.
type registry struct {
	shards [16]struct {
		sync.Mutex
		all map[*session]struct{}
		_   [40]byte // keeps neighbours' locks off the cache line
	}
	n     atomic.Int64
	empty conn.Event
}

func (r *registry) add(s *session) {
	sh := &r.shards[s.Shard&15]
	sh.Lock()
	if sh.all == nil {
		sh.all = map[*session]struct{}{}
	}
	sh.all[s] = struct{}{}
	sh.Unlock()
	r.n.Add(1)
}

func (r *registry) remove(s *session) {
	sh := &r.shards[s.Shard&15]
	sh.Lock()
	delete(sh.all, s)
	sh.Unlock()
	if r.n.Add(-1) == 0 {
		r.empty.Signal()
	}
}

// each calls f for every session, with its shard locked.
func (r *registry) each(f func(*session)) {
	for i := range r.shards {
		sh := &r.shards[i]
		sh.Lock()
		for s := range sh.all {
			f(s)
		}
		sh.Unlock()
	}
}

// interruptIdle wakes the sessions that wait between two requests. Those that
// have not sent their first one yet keep their connection: it is on its way. So
// do all of a frontend that closes only with a response ("option
// idle-close-on-response").
// Of these it takes the part-th sixteenth, by when they connected, or with -1
// all.
func (r *registry) interruptIdle(part int) {
	r.each(func(s *session) {
		if part >= 0 && int(s.Accepted.UnixNano()/1000)&15 != part {
			return
		}
		if s.h2 != nil {
			s.wakeIdle()
			return
		}
		s.wake.Lock()
		if s.idle.Load() && s.Requests > 0 && !s.Frontend.Is(core.OptIdleCloseOnResponse) {
			s.interrupted = true
			s.Conn.Interrupt()
		}
		s.wake.Unlock()
	})
}

// kill closes the sockets of all sessions; their tasks then end by themselves.
func (r *registry) kill() {
	r.each(func(s *session) {
		s.killed.Store(true)
		s.Conn.Interrupt()
	})
}
