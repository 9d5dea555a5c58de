package lua

import (
	"net/netip"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/pattern"
	"gohap/runtime/regex"
)

// mapKinds are the ways in which maps compare, by the number that scripts have for
// them.
var mapKinds = []struct {
	name string
	kind pattern.Kind
}{
	{"found", pattern.Found}, {"bool", pattern.Bool}, {"int", pattern.Int}, {"ip", pattern.IP}, {"bin", pattern.Bin}, {"len", pattern.Len},
	{"str", pattern.Str}, {"beg", pattern.Beg}, {"sub", pattern.Sub}, {"dir", pattern.Dir}, {"dom", pattern.Dom}, {"end", pattern.End},
	{"reg", pattern.Reg}, {"regm", pattern.Regm},
}

// openMap makes the class Map.
func (st *state) openMap() {
	find := func(none lua.LValue) lua.LGFunction {
		return func(L *lua.LState) int {
			x := self[*pattern.Expr](L, 1, "Map")
			if v, ok := look(x, text(L, 2)); ok {
				L.Push(v)
			} else {
				L.Push(none)
			}
			return 1
		}
	}
	st.define("Map", map[string]lua.LGFunction{"lookup": find(lua.LNil), "slookup": find(lua.LString(""))})
	t := st.module("Map", map[string]lua.LGFunction{"new": st.newMap})
	for i, k := range mapKinds {
		t.RawSetString(k.name, lua.LNumber(i))
		t.RawSetString("_"+k.name, lua.LNumber(i))
	}
	t.Metatable = st.classes["Map"]
}

func (st *state) newMap(L *lua.LState) int {
	needs(L, "new", 1, 2)
	file := text(L, 1)
	kind := pattern.Str
	if L.Get(2) != lua.LNil {
		n := L.CheckInt(2)
		if n < 0 || n >= len(mapKinds) {
			L.RaiseError("'new' needs a known matching method")
		}
		kind = mapKinds[n].kind
	}
	set := st.p.graph.Patterns
	ref := set.File(file)
	if ref == nil {
		if !current(L).starting || st.p.running.Load() {
			L.RaiseError("'new': the map '%s' cannot be loaded while traffic flows", file)
		}
		var err error
		if ref, err = set.Load(file, true, "map at 'Lua'"); err != nil {
			L.RaiseError("'new': %s.", err)
		}
	}
	x, _, err := ref.Expr(kind, false, pattern.StringOutput, true)
	if err != nil {
		L.RaiseError("'new': %s.", err)
	}
	L.Push(st.object("Map", x))
	return 1
}

func look(x *pattern.Expr, key string) (lua.LValue, bool) {
	in := pattern.Input{Bytes: []byte(key)}
	switch x.Kind {
	case pattern.IP:
		ip, err := netip.ParseAddr(key)
		if err != nil {
			return nil, false
		}
		in.Addr = ip
	case pattern.Int, pattern.Bool:
		n, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return nil, false
		}
		in.Int = n
	case pattern.Len:
		in.Int = int64(len(key))
	}
	e := x.Find(in)
	if e == nil {
		return nil, false
	}
	v := e.Value().Text
	if x.Kind == pattern.Regm {
		if loc := x.Submatches(e, in.Bytes); loc != nil {
			v = regex.Expand(nil, v, in.Bytes, loc)
		}
	}
	return lua.LString(v), true
}

// openRegex makes the class Regex.
func (st *state) openRegex() {
	class := st.define("Regex", map[string]lua.LGFunction{
		"exec": func(L *lua.LState) int {
			L.Push(lua.LBool(self[*regex.Regexp](L, 1, "Regex").Match([]byte(text(L, 2)))))
			return 1
		},
		"match": func(L *lua.LState) int {
			b := []byte(text(L, 2))
			loc := self[*regex.Regexp](L, 1, "Regex").FindSubmatchIndex(b)
			if loc == nil {
				L.Push(lua.LFalse)
				return 1
			}
			var found []string
			last := 0
			for i := 0; i+1 < len(loc); i += 2 {
				s := ""
				if loc[i] >= 0 {
					s, last = string(b[loc[i]:loc[i+1]]), len(found)
				}
				found = append(found, s)
			}
			L.Push(lua.LTrue)
			L.Push(list(L, found[:last+1]))
			return 2
		},
	})
	t := st.module("Regex", map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		needs(L, "new", 2, 2)
		re, err := regex.Compile(text(L, 1), !L.ToBool(2))
		if err != nil {
			L.Push(lua.LFalse)
			L.Push(lua.LString(err.Error()))
			return 2
		}
		L.Push(lua.LTrue)
		L.Push(st.object("Regex", re))
		return 2
	}})
	t.Metatable = class
	// CertCache.set asks for what the stats socket does, too.
	st.module("CertCache", map[string]lua.LGFunction{"set": func(L *lua.LState) int {
		L.RaiseError("'CertCache.set' is a HAProxy function that gohap does not support yet")
		return 0
	}})
}
