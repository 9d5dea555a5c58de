package stream

import (
	"net/netip"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

// toStore is an entry that is to be made once it is known which server serves the
// stream.
type toStore struct {
	table    *sticktable.Table
	key      []byte
	response bool
}

// stick runs the backend's stick rules of requests: the first entry that is found
// names the server, unless something else chose one before.
func (st *stream) stick() outcome {
	rules := st.Backend.Stick
	if len(rules) == 0 {
		return goOn
	}
	st.Complete = true
	if !st.RequestParsed {
		st.Payload = st.session.in.bytes()
	}
	st.runStick(rules, false)
	st.Payload = nil
	return goOn
}

// runStick runs stick rules. A request enters a table once, and so does a
// response; rules for it are skipped after that.
func (st *stream) runStick(rules []core.StickRule, response bool) {
	for i := range rules {
		r := &rules[i]
		if st.stores(r.Table, response) || r.Cond != nil && !r.Cond.Holds(&st.Stream) {
			continue
		}
		p := st.Borrow()
		var b sample.KeyBuffer
		if r.Key.Eval(&st.Stream, core.Any, p) {
			if key, ok := sample.Key(&st.Stream, p, r.Table, &b); ok {
				st.stickTo(r, key, response)
			}
		}
		st.Return()
	}
}

// stores reports whether an entry of the table will be made already.
func (st *stream) stores(t *sticktable.Table, response bool) bool {
	for i := range st.toStore {
		if s := &st.toStore[i]; s.table == t && s.response == response {
			return true
		}
	}
	return false
}

func (st *stream) stickTo(r *core.StickRule, key []byte, response bool) {
	if r.Match {
		if e, ok := r.Table.Find(key, conn.Now()); ok {
			id, name := e.Value(sticktable.ServerID, 0), e.Name(sticktable.ServerKey)
			e.Touch()
			e.Unlock()
			st.stickServer(int(id), name, r.Table.ByAddr)
		}
	}
	if r.Store && len(st.toStore) < core.MaxStored {
		st.toStore = append(st.toStore, toStore{r.Table, st.Keep(key), response})
	}
}

// stickServer chooses the server that an entry names: by its key, or else by its
// number.
func (st *stream) stickServer(id int, key string, byAddr bool) {
	if st.Server != nil {
		return
	}
	for _, srv := range st.Backend.Fleet().Servers {
		if key != "" && !byAddr && srv.Name != key || key == "" && srv.ID != id {
			continue
		}
		if key != "" && byAddr {
			if a, ok := serverAddr(srv); !ok || !sameAddr(a, key) {
				continue
			}
		}
		if st.mayPersist(srv) {
			st.Server, st.persistent = srv, true
		}
		return
	}
}

// storeServer runs the backend's stick rules of responses, and enters the server
// where the rules of both directions want it.
func (st *stream) storeServer() outcome {
	if rules := st.Backend.StickResponse; len(rules) > 0 {
		st.Response, st.Complete = true, true
		if !st.ResponseParsed {
			st.Payload = st.res.bytes()
		}
		st.runStick(rules, true)
		st.Payload = nil
	}
	if srv := st.Server; srv != nil && !srv.NonStick {
		for i := range st.toStore {
			st.enterServer(&st.toStore[i], srv)
		}
	}
	return goOn
}

func (st *stream) enterServer(s *toStore, srv *core.Server) {
	e, ok := s.table.Get(s.key, conn.Now())
	if !ok {
		return
	}
	e.Set(sticktable.ServerID, 0, uint64(srv.ID))
	if !s.table.ByAddr {
		e.SetName(sticktable.ServerKey, append(st.Scratch(len(srv.Name))[:0], srv.Name...))
	} else if a, ok := serverAddr(srv); ok {
		e.SetName(sticktable.ServerKey, a.AppendTo(st.Scratch(64)[:0]))
	}
	e.Unlock()
}

// serverAddr is the address of a server.
func serverAddr(srv *core.Server) (netip.AddrPort, bool) {
	ep := srv.Dial.Load()
	if ep == nil || !ep.Options.Addr.IsValid() {
		return netip.AddrPort{}, false
	}
	return ep.Options.Addr, true
}

// sameAddr reports whether key is the address as text.
func sameAddr(a netip.AddrPort, key string) bool {
	var b [64]byte
	return string(a.AppendTo(b[:0])) == key
}
