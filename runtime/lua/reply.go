package lua

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/http"
)

// openReply makes the class Reply, whose objects are tables with the fields status,
// reason, headers and body.
func (st *state) openReply() {
	st.define("Reply", map[string]lua.LGFunction{
		"set_status": func(L *lua.LState) int {
			t := L.CheckTable(1)
			n := L.CheckInt(2)
			reason := L.Get(3)
			if n < 100 || n > 599 {
				L.Push(lua.LFalse)
				return 1
			}
			if reason == lua.LNil {
				reason = lua.LString(http.Reason(n))
			}
			t.RawSetString("status", lua.LNumber(n))
			t.RawSetString("reason", reason)
			L.Push(lua.LTrue)
			return 1
		},
		"add_header": func(L *lua.LState) int {
			addReplyHeader(L, L.CheckTable(1), text(L, 2), text(L, 3))
			return 0
		},
		"del_header": func(L *lua.LState) int {
			if h, ok := L.CheckTable(1).RawGetString("headers").(*lua.LTable); ok {
				h.RawSetString(strings.ToLower(text(L, 2)), lua.LNil)
			}
			return 0
		},
		"set_body": func(L *lua.LState) int {
			L.CheckTable(1).RawSetString("body", lua.LString(text(L, 2)))
			return 0
		},
	})
}

func addReplyHeader(L *lua.LState, t *lua.LTable, name, value string) {
	name = strings.ToLower(name)
	h, ok := t.RawGetString("headers").(*lua.LTable)
	if !ok {
		h = L.NewTable()
		t.RawSetString("headers", h)
	}
	values, ok := h.RawGetString(name).(*lua.LTable)
	if !ok {
		values = L.NewTable()
		h.RawSetString(name, values)
	}
	values.Append(lua.LString(value))
}

// newReply is TXN.reply.
func (st *state) newReply(L *lua.LState) int {
	t := L.NewTable()
	t.Metatable = st.classes["Reply"]
	status, reason, body := lua.LValue(lua.LNumber(200)), lua.LValue(lua.LNil), lua.LValue(lua.LString(""))
	hdrs := L.NewTable()
	if from, ok := L.Get(2).(*lua.LTable); ok {
		if v := from.RawGetString("status"); v != lua.LNil {
			n, ok := whole(v)
			if !ok || n < 100 || n > 599 {
				L.RaiseError("Invalid reply status '%s'", v.String())
			}
			status = lua.LNumber(n)
		}
		reason = from.RawGetString("reason")
		if v := from.RawGetString("body"); v != lua.LNil {
			body = v
		}
		t.RawSetString("headers", hdrs)
		if h, ok := from.RawGetString("headers").(*lua.LTable); ok {
			h.ForEach(func(k, v lua.LValue) {
				switch x := v.(type) {
				case *lua.LTable:
					x.ForEach(func(_, one lua.LValue) { addReplyHeader(L, t, k.String(), one.String()) })
				default:
					addReplyHeader(L, t, k.String(), x.String())
				}
			})
		}
	}
	if reason == lua.LNil {
		n, _ := whole(status)
		reason = lua.LString(http.Reason(int(n)))
	}
	t.RawSetString("status", status)
	t.RawSetString("reason", reason)
	if t.RawGetString("headers") == lua.LNil {
		t.RawSetString("headers", hdrs)
	}
	t.RawSetString("body", body)
	L.Push(t)
	return 1
}

// leaveReply makes the stream's answer of a reply.
func (t *txn) leaveReply(L *lua.LState, reply *lua.LTable) {
	s := t.s
	a := core.Answer{Status: 200, Custom: true, Bare: true, Unread: t.set == core.HTTPResponse}
	if v := L.GetField(reply, "status"); v != lua.LNil {
		n, ok := whole(v)
		if !ok || n < 100 || n > 599 {
			L.RaiseError("invalid reply status")
		}
		a.Status = int(n)
	}
	if v, ok := L.GetField(reply, "reason").(lua.LString); ok {
		a.Reason = keep(s, string(v))
	}
	if v := L.GetField(reply, "body"); v != lua.LNil {
		a.Body = keep(s, v.String())
	}
	s.Reply = a
	sized := false
	if h, ok := L.GetField(reply, "headers").(*lua.LTable); ok {
		h.ForEach(func(k, v lua.LValue) {
			name := strings.ToLower(k.String())
			values, ok := v.(*lua.LTable)
			if !ok || name == "transfer-encoding" {
				return
			}
			values.ForEach(func(_, one lua.LValue) {
				if name == "content-length" {
					sized = true
				}
				s.AddReplyField(keep(s, name), keep(s, one.String()))
			})
		})
	}
	if !sized && a.Status >= 200 && a.Status != 204 {
		s.AddReplyField([]byte("content-length"), strconv.AppendInt(s.Scratch(20)[:0], int64(len(a.Body)), 10))
	}
}

// keep puts a text into the stream's scratch area.
func keep(s *core.Stream, text string) []byte { return append(s.Scratch(len(text))[:0], text...) }
