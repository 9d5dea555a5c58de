package lua

import (
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (st *state) openTables() {
	t := st.module("table", map[string]lua.LGFunction{
		"unpack": tableUnpack, "pack": tablePack, "move": tableMove,
	})
	for _, old := range []string{"getn", "maxn", "setn", "foreach", "foreachi"} {
		t.RawSetString(old, lua.LNil)
	}
	st.module("bit32", map[string]lua.LGFunction{
		"band": bit32(func(a, b uint32) uint32 { return a & b }, ^uint32(0)),
		"bor":  bit32(func(a, b uint32) uint32 { return a | b }, 0),
		"bxor": bit32(func(a, b uint32) uint32 { return a ^ b }, 0),
		"bnot": func(L *lua.LState) int {
			L.Push(lua.LNumber(^uint32(integerArg(L, 1))))
			return 1
		},
		"lshift": bit32Shift(1), "rshift": bit32Shift(-1),
	})
}

func bit32(f func(a, b uint32) uint32, v uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		v := v
		for i := 1; i <= L.GetTop(); i++ {
			v = f(v, uint32(integerArg(L, i)))
		}
		L.Push(lua.LNumber(v))
		return 1
	}
}

func bit32Shift(sign int64) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LNumber(uint32(shift(int64(uint32(integerArg(L, 1))), sign*integerArg(L, 2)))))
		return 1
	}
}

func tableUnpack(L *lua.LState) int {
	t := L.CheckTable(1)
	from, to := int64(1), int64(t.Len())
	if L.Get(2) != lua.LNil {
		from = integerArg(L, 2)
	}
	if L.Get(3) != lua.LNil {
		to = integerArg(L, 3)
	}
	if to-from >= mostValues/2 {
		L.RaiseError("too many results to unpack")
	}
	n := 0
	for i := from; i <= to; i++ {
		L.Push(L.GetTable(t, lua.LNumber(i)))
		n++
	}
	return n
}

func tablePack(L *lua.LState) int {
	n := L.GetTop()
	t := L.CreateTable(n, 1)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, L.Get(i))
	}
	t.RawSetString("n", lua.LNumber(n))
	L.Push(t)
	return 1
}

func tableMove(L *lua.LState) int {
	from, first, last, at := L.CheckTable(1), integerArg(L, 2), integerArg(L, 3), integerArg(L, 4)
	to := from
	if L.Get(5) != lua.LNil {
		to = L.CheckTable(5)
	}
	if last-first > longest {
		L.ArgError(3, "too many elements to move")
	}
	step := func(i int64) { L.SetTable(to, lua.LNumber(at+i), L.GetTable(from, lua.LNumber(first+i))) }
	if at > first && at <= last && to == from {
		for i := last - first; i >= 0; i-- {
			step(i)
		}
	} else {
		for i := int64(0); i <= last-first; i++ {
			step(i)
		}
	}
	L.Push(to)
	return 1
}

// Where Debian's Lua 5.3 looks for modules.
const (
	defaultPath = "/usr/local/share/lua/5.3/?.lua;/usr/local/share/lua/5.3/?/init.lua;" +
		"/usr/local/lib/lua/5.3/?.lua;/usr/local/lib/lua/5.3/?/init.lua;" +
		"/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;./?.lua;./?/init.lua"
	defaultCPath = "/usr/local/lib/lua/5.3/?.so;/usr/lib/x86_64-linux-gnu/lua/5.3/?.so;" +
		"/usr/lib/lua/5.3/?.so;/usr/local/lib/lua/5.3/loadall.so;./?.so"
)

func (st *state) openPackages() {
	t := st.module("package", map[string]lua.LGFunction{"searchpath": searchPath})
	path := func(fallback string, names ...string) lua.LString {
		for _, n := range names {
			if v := os.Getenv(n); v != "" {
				return lua.LString(strings.ReplaceAll(v, ";;", ";"+fallback+";"))
			}
		}
		return lua.LString(fallback)
	}
	t.RawSetString("path", path(defaultPath, "LUA_PATH_5_3", "LUA_PATH"))
	t.RawSetString("cpath", path(defaultCPath, "LUA_CPATH_5_3", "LUA_CPATH"))
	for _, old := range []string{"loaders", "seeall"} {
		t.RawSetString(old, lua.LNil)
	}
	st.L.SetGlobal("require", st.L.NewFunction(require))
}

// prepend puts a path in front of one of package's variables.
func (st *state) prepend(path, kind string) {
	t := st.L.GetGlobal("package").(*lua.LTable)
	t.RawSetString(kind, lua.LString(path+";"+t.RawGetString(kind).String()))
}

// find looks for a module's file; missing tells where it is not.
func find(name, path, sep, mark string) (file, missing string) {
	if sep != "" {
		name = strings.ReplaceAll(name, sep, mark)
	}
	var b strings.Builder
	for _, pattern := range strings.Split(path, ";") {
		if pattern == "" {
			continue
		}
		file := strings.ReplaceAll(pattern, "?", name)
		if f, err := os.Open(file); err == nil {
			f.Close()
			return file, ""
		}
		b.WriteString("\n\tno file '" + file + "'")
	}
	return "", b.String()
}

func searchPath(L *lua.LState) int {
	file, missing := find(L.CheckString(1), L.CheckString(2), L.OptString(3, "."), L.OptString(4, "/"))
	if file == "" {
		L.Push(lua.LNil)
		L.Push(lua.LString(missing))
		return 2
	}
	L.Push(lua.LString(file))
	return 1
}

func require(L *lua.LState) int {
	name := L.CheckString(1)
	pkg, _ := L.GetGlobal("package").(*lua.LTable)
	if pkg == nil {
		L.RaiseError("'package' must be a table")
	}
	loaded, _ := pkg.RawGetString("loaded").(*lua.LTable)
	if loaded == nil {
		L.RaiseError("'package.loaded' must be a table")
	}
	if v := loaded.RawGetString(name); v != lua.LNil && v != lua.LFalse {
		L.Push(v)
		return 1
	}
	var loader lua.LValue = lua.LNil
	if preload, ok := pkg.RawGetString("preload").(*lua.LTable); ok {
		loader = preload.RawGetString(name)
	}
	extra := lua.LValue(lua.LNil)
	if loader == lua.LNil {
		file, missing := find(name, L.GetField(pkg, "path").String(), ".", "/")
		if file == "" {
			so, more := find(name, L.GetField(pkg, "cpath").String(), ".", "/")
			if so != "" {
				L.RaiseError("error loading module '%s' from file '%s':\n\tmodules in C cannot be loaded", name, so)
			}
			L.RaiseError("module '%s' not found:\n\tno field package.preload['%s']%s%s", name, name, missing, more)
		}
		fn, err := loadFile(L, file)
		if err != nil {
			L.RaiseError("error loading module '%s' from file '%s':\n\t%s", name, file, err)
		}
		loader, extra = fn, lua.LString(file)
	}
	L.Push(loader)
	L.Push(lua.LString(name))
	L.Push(extra)
	L.Call(2, 1)
	v := L.Get(-1)
	if v == lua.LNil {
		if v = loaded.RawGetString(name); v == lua.LNil {
			v = lua.LTrue
		}
	}
	loaded.RawSetString(name, v)
	L.Push(v)
	return 1
}
