package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/regex"
)

// message gives the fields that a method of class HTTP works on, of the request or of
// the response. The other one cannot be reached from where the script runs.
func message(L *lua.LState, response bool) (*txn, *http.Fields) {
	t := self[*txn](L, 1, "HTTP")
	if response != (t.set == core.HTTPResponse) || !t.http {
		L.Error(L.Get(1), 0)
	}
	if response {
		return t, &t.s.Res.Fields
	}
	return t, &t.s.Req.Fields
}

// headers makes the table of a message's headers: the values by name, from 0 on.
func headers(L *lua.LState, f *http.Fields) *lua.LTable {
	t := L.NewTable()
	for i := range f.Len() {
		fd := f.At(i)
		addHeader(L, t, string(fd.Name), string(fd.Value))
	}
	return t
}

func addHeader(L *lua.LState, t *lua.LTable, name, value string) {
	values, ok := t.RawGetString(name).(*lua.LTable)
	if !ok {
		values = L.NewTable()
		t.RawSetString(name, values)
		values.RawSet(lua.LNumber(0), lua.LString(value))
		return
	}
	values.RawSetInt(values.Len()+1, lua.LString(value))
}

func (st *state) openHTTP() {
	methods := map[string]lua.LGFunction{}
	for _, side := range []struct {
		prefix   string
		response bool
	}{{"req_", false}, {"res_", true}} {
		add := func(name string, n int, f func(L *lua.LState, t *txn, fields *http.Fields)) {
			name = side.prefix + name
			methods[name] = func(L *lua.LState) int {
				needs(L, name, n, n)
				t, fields := message(L, side.response)
				f(L, t, fields)
				return 0
			}
		}
		add("add_header", 3, func(L *lua.LState, _ *txn, f *http.Fields) {
			f.Add(strings.ToLower(text(L, 2)), []byte(text(L, 3)))
		})
		add("del_header", 2, func(L *lua.LState, _ *txn, f *http.Fields) { f.Del(strings.ToLower(text(L, 2))) })
		add("set_header", 3, func(L *lua.LState, t *txn, f *http.Fields) {
			name, value := strings.ToLower(text(L, 2)), []byte(text(L, 3))
			f.Set(name, value)
			if name == "host" && !side.response {
				t.s.Req.SetAuthority(value)
			}
		})
		add("rep_header", 4, func(L *lua.LState, t *txn, f *http.Fields) { replaceHeader(L, t.s, f, true) })
		add("rep_value", 4, func(L *lua.LState, t *txn, f *http.Fields) { replaceHeader(L, t.s, f, false) })
		methods[side.prefix+"get_headers"] = func(L *lua.LState) int {
			_, f := message(L, side.response)
			L.Push(headers(L, f))
			return 1
		}
	}
	for name, set := range map[string]func(r *http.Request, v []byte){
		"req_set_method": (*http.Request).SetMethod, "req_set_path": (*http.Request).SetPath,
		"req_set_query": (*http.Request).SetQuery, "req_set_uri": (*http.Request).SetTarget,
	} {
		methods[name] = func(L *lua.LState) int {
			t, _ := message(L, false)
			if L.GetTop() < 2 {
				argError(L, 1, name, "string expected, got no value")
			}
			set(&t.s.Req, []byte(text(L, 2)))
			L.Push(lua.LTrue)
			return 1
		}
	}
	methods["res_set_status"] = func(L *lua.LState) int {
		t, _ := message(L, true)
		t.s.Res.SetStatus(L.CheckInt(2))
		t.s.Log.Status = t.s.Res.Status
		if L.Get(3) != lua.LNil {
			t.s.Res.SetReason([]byte(text(L, 3)))
		}
		return 0
	}
	st.define("HTTP", methods)
}

// replaceHeader replaces headers that a regular expression matches, as wholes or value
// by value.
func replaceHeader(L *lua.LState, s *core.Stream, f *http.Fields, all bool) {
	name, with := strings.ToLower(text(L, 2)), []byte(text(L, 4))
	re, err := regex.Compile(text(L, 3), false)
	if err != nil {
		L.RaiseError("invalid regex '%s'", text(L, 3))
	}
	swap := func(v []byte) []byte {
		loc := re.FindSubmatchIndex(v)
		if loc == nil {
			return v
		}
		return regex.Expand(nil, with, v, loc)
	}
	for i := f.Index(name, 0); i >= 0; i = f.Index(name, i+1) {
		v := f.At(i).Value
		if all {
			f.SetValue(i, swap(v))
			continue
		}
		parts := strings.Split(string(v), ",")
		for n, p := range parts {
			bare := strings.TrimSpace(p)
			parts[n] = strings.Replace(p, bare, string(swap([]byte(bare))), 1)
		}
		f.SetValue(i, []byte(strings.Join(parts, ",")))
	}
}
