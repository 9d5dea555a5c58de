package lua

import (
	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// txn is what an object of class TXN stands for.
type txn struct {
	s   *core.Stream
	set core.Ruleset
	// http says that there is a message to look at, action that the script may end
	// the stream.
	http, action bool
	// over says that it has, replied that it has left an answer.
	over, replied bool
}

func (t *txn) stream() *core.Stream { return t.s }

// parts are the objects within a TXN, made when a script first asks for one.
func (st *state) part(t *txn, name string) lua.LValue {
	switch name {
	case "f":
		return st.object("Fetches", &fetcher{s: t.stream})
	case "sf":
		return st.object("Fetches", &fetcher{s: t.stream, text: true})
	case "c":
		return st.object("Converters", &fetcher{s: t.stream})
	case "sc":
		return st.object("Converters", &fetcher{s: t.stream, text: true})
	case "req":
		return st.object("Channel", &channel{t: t})
	case "res":
		return st.object("Channel", &channel{t: t, response: true})
	case "http":
		if t.http {
			return st.object("HTTP", t)
		}
	}
	return lua.LNil
}

// newTXN makes the object for a call.
func (st *state) newTXN(t *txn) *lua.LTable { return st.object("TXN", t) }

func (st *state) openTXN() {
	methods := map[string]lua.LGFunction{
		"log": func(L *lua.LState) int {
			needs(L, "log", 3, 3)
			st.p.log(self[*txn](L, 1, "TXN").s.Frontend, level(L, 2), text(L, 3))
			return 0
		},
		"deflog": func(L *lua.LState) int {
			needs(L, "deflog", 2, 2)
			st.p.log(self[*txn](L, 1, "TXN").s.Frontend, logs.Emerg, text(L, 2))
			return 0
		},
		"done": st.txnDone, "reply": st.newReply,
		"set_loglevel": func(L *lua.LState) int {
			n := L.CheckInt(2)
			if n < 0 || n > 7 {
				argError(L, 1, "set_loglevel", "Bad log level. It must be between 0 and 7")
			}
			self[*txn](L, 1, "TXN").s.LogLevel = uint8(n) // the line goes out a level higher, as HAProxy's does
			return 0
		},
		"set_tos": func(L *lua.LState) int {
			self[*txn](L, 1, "TXN").s.Session.Conn.SetTOS(uint8(L.CheckInt(2)))
			return 0
		},
		"set_mark": func(L *lua.LState) int {
			self[*txn](L, 1, "TXN").s.Session.Conn.SetMark(uint32(L.CheckInt64(2)))
			return 0
		},
		"set_priority_class": func(L *lua.LState) int {
			self[*txn](L, 1, "TXN").s.PriorityClass = int32(max(-2047, min(2047, L.CheckInt(2))))
			return 0
		},
		"set_priority_offset": func(L *lua.LState) int {
			self[*txn](L, 1, "TXN").s.PriorityOffset = int32(max(-524287, min(524287, L.CheckInt(2))))
			return 0
		},
	}
	for name, l := range map[string]logs.Level{"Debug": logs.Debug, "Info": logs.Info, "Warning": logs.Warning, "Alert": logs.Alert} {
		methods[name] = func(L *lua.LState) int {
			needs(L, name, 2, 2)
			st.p.log(self[*txn](L, 1, "TXN").s.Frontend, l, text(L, 2))
			return 0
		}
	}
	st.addVariables(methods, func(L *lua.LState) *core.Stream { return self[*txn](L, 1, "TXN").s })
	st.lazy(st.define("TXN", methods), func(L *lua.LState, name string) lua.LValue {
		return st.part(self[*txn](L, 1, "TXN"), name)
	})
}

// lazy has a class make parts of its objects when they are first asked for.
func (st *state) lazy(class *lua.LTable, part func(L *lua.LState, name string) lua.LValue) {
	methods := class.RawGetString("__index").(*lua.LTable)
	class.RawSetString("__index", st.L.NewFunction(func(L *lua.LState) int {
		k, ok := L.Get(2).(lua.LString)
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		v := methods.RawGetString(string(k))
		if v == lua.LNil {
			if v = part(L, string(k)); v != lua.LNil {
				L.CheckTable(1).RawSetString(string(k), v)
			}
		}
		L.Push(v)
		return 1
	}))
}

// addVariables adds the methods about variables and private data to a class; of gives
// the stream of the object that is argument 1.
func (st *state) addVariables(methods map[string]lua.LGFunction, of func(L *lua.LState) *core.Stream) {
	methods["set_var"] = func(L *lua.LState) int {
		needs(L, "set_var", 3, 4)
		s, name := of(L), text(L, 2)
		vars := &st.p.graph.Vars
		v := vars.Known(name)
		if v == nil && !L.ToBool(4) {
			v, _ = vars.Find(name)
		}
		done := false
		if v != nil {
			p := s.Borrow()
			toSample(s, L.Get(3), p)
			done = v.Set(s, p)
			s.Return()
		}
		L.Push(lua.LBool(done))
		return 1
	}
	methods["unset_var"] = func(L *lua.LState) int {
		needs(L, "unset_var", 2, 2)
		s, name := of(L), text(L, 2)
		v := st.p.graph.Vars.Known(name)
		if v != nil {
			v.Unset(s)
		}
		L.Push(lua.LBool(v != nil))
		return 1
	}
	methods["get_var"] = func(L *lua.LState) int {
		needs(L, "get_var", 2, 2)
		s, name := of(L), text(L, 2)
		v := st.p.graph.Vars.Known(name)
		p := s.Borrow()
		defer s.Return()
		if v == nil || !v.Get(s, p) {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(st.p.fromSample(s, p, false))
		return 1
	}
	methods["set_priv"] = func(L *lua.LState) int {
		needs(L, "set_priv", 2, 2)
		k := of(L).Scripts()
		k.Private, k.Owner = L.Get(2), st
		return 0
	}
	methods["get_priv"] = func(L *lua.LState) int {
		k := of(L).Scripts()
		v, ok := k.Private.(lua.LValue)
		if !ok || k.Owner != any(st) {
			v = lua.LNil
		}
		L.Push(v)
		return 1
	}
}

// txnDone is TXN.done: it ends the script, and from an action the stream.
func (st *state) txnDone(L *lua.LState) int {
	t := self[*txn](L, 1, "TXN")
	r := current(L)
	if t.action {
		t.over = true
		if v, ok := L.Get(2).(*lua.LTable); ok && t.http {
			t.leaveReply(L, v)
			t.replied = true
		}
	}
	r.end(L, lua.LNil)
	return 0
}
