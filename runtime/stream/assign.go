package stream

import (
	"time"

	"gohap/balance"
	"gohap/runtime/core"
	"gohap/runtime/queue"
)

// assign gives the stream a server and a place on it, waiting in a queue if it
// must. It leaves st.Server set and st.slot taken, or tells the client why not.
func (st *stream) assign() outcome {
	be := st.Backend
	for {
		srv := st.Server
		if srv == nil {
			var out outcome
			if srv, out = st.pick(); out != goOn {
				return out
			}
			if srv == nil {
				continue // a place came with the queue
			}
		}
		st.Server = srv
		if st.slot == srv {
			return goOn // from the queue, or another try at the same server
		}
		if srv.Queue.Len() == 0 && srv.TakeSlot() {
			st.slot = srv
			return st.assigned()
		}
		if st.persistent && srv.MaxQueue > 0 && srv.Queue.Len() >= srv.MaxQueue && !be.Is(core.OptPersist) {
			st.persistent, st.Server = false, nil // too long a queue breaks persistence
			continue
		}
		if out := st.waitFor(srv); out != goOn {
			return out
		}
	}
}

// pick asks the backend's balancer. A nil server with goOn means that the
// stream waited in the backend's queue and holds a place now.
func (st *stream) pick() (*core.Server, outcome) {
	be := st.Backend
	if be.Direct != nil {
		return be.Direct, goOn
	}
	fleet := be.Fleet()
	if fleet.LB == nil {
		return nil, st.noServer()
	}
	if srv := st.lastServer(); srv != nil {
		return srv, goOn
	}
	avoid := balance.None
	if st.avoid != nil && st.avoid.Proxy == be {
		avoid = st.avoid.Index
	}
	switch i := fleet.LB.Pick(st.balanceKey(be), avoid); i {
	case balance.NoServer:
		return nil, st.noServer()
	case balance.AllFull:
		if out := st.waitFor(nil); out != goOn {
			return nil, out
		}
		return nil, goOn
	default:
		st.balanced = true
		return fleet.At(i), goOn
	}
}

// noServer ends a stream for which no server is usable.
func (st *stream) noServer() outcome {
	st.releaseSlot()
	st.Server = nil
	st.Backend.BE.At(st.Session.Shard).ConnectionErrors.Add(1)
	st.terminate(byServer, inConnect)
	return st.refuse(503)
}

// waitFor waits for a place on srv, or on any server of the backend when srv is
// nil. It leaves the server and the place in the stream, or neither when the
// server went down meanwhile.
func (st *stream) waitFor(srv *core.Server) outcome {
	be := st.Backend
	q := &be.Queue
	if srv != nil {
		q = &srv.Queue
	}
	st.watchClient()
	w := st.waiter.Load()
	if w == nil {
		w = new(queue.Waiter[*core.Server])
		st.waiter.Store(w)
	}
	q.Add(w, st.PriorityClass, time.Duration(st.PriorityOffset)*time.Millisecond)
	if srv != nil {
		srv.Stats.Queue.Set(int64(srv.Queue.Len()))
		srv.ServeQueue()
	} else {
		be.BE.Queue.Set(int64(be.Queue.Len()))
		for _, s := range be.Fleet().Servers {
			if s.Health.Usable() {
				s.ServeQueue()
			}
		}
	}
	got, ok := w.Wait(st.Timeout.Queue)
	st.unwatchClient()
	if srv != nil {
		st.Log.ServerQueue = w.Position()
		srv.Stats.Queue.Set(int64(srv.Queue.Len()))
	} else {
		st.Log.BackendQueue = w.Position()
		be.BE.Queue.Set(int64(be.Queue.Len()))
	}
	switch {
	case st.killedBy() != 0:
		if got != nil {
			got.FreeSlot()
		}
		return st.killed(inQueue, 503)
	case !ok && st.clientGone.Load():
		st.queueTick = st.now()
		return st.leftWaiting(inQueue)
	case !ok:
		st.Server = srv
		st.queueTick = st.now()
		st.terminate(serverTime, inQueue)
		be.BE.At(st.Session.Shard).ConnectionErrors.Add(1)
		return st.refuse(503)
	}
	st.Server, st.slot = got, got
	return st.assigned()
}

// assigned notes that the stream has a place.
func (st *stream) assigned() outcome {
	st.queueTick = st.now()
	return goOn
}

// releaseSlot gives the stream's place on a server back.
func (st *stream) releaseSlot() {
	if st.slot != nil {
		st.slot.FreeSlot()
		st.slot = nil
	}
}

// balanceKey returns what a keyed algorithm hashes, nil for none.
func (st *stream) balanceKey(be *core.Proxy) []byte {
	if be.BalanceKey == nil {
		return nil
	}
	return be.BalanceKey(&st.Stream)
}
