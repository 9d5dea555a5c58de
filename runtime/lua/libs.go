package lua

import (
	"fmt"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/lua/syntax"
)

// open fills the state's globals: the libraries of Lua 5.3, and HAProxy's API.
func (st *state) open() {
	L := st.L
	for _, lib := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable},
		{lua.IoLibName, lua.OpenIo}, {lua.OsLibName, lua.OpenOs}, {lua.StringLibName, lua.OpenString},
		{lua.MathLibName, lua.OpenMath}, {lua.DebugLibName, lua.OpenDebug}, {lua.CoroutineLibName, lua.OpenCoroutine},
	} {
		L.Push(L.NewFunction(lib.open))
		L.Push(lua.LString(lib.name))
		L.Call(1, 0)
	}
	st.openBase()
	st.openString()
	st.openMath()
	st.openTables()
	st.openPackages()
	st.openCoroutines()
	st.openProcesses()
	st.openCore()
}

// module is a global table, made where there is none.
func (st *state) module(name string, funcs map[string]lua.LGFunction) *lua.LTable {
	t, ok := st.L.GetGlobal(name).(*lua.LTable)
	if !ok {
		t = st.L.NewTable()
		st.L.SetGlobal(name, t)
		if loaded, ok := st.L.GetField(st.L.GetGlobal("package"), "loaded").(*lua.LTable); ok {
			loaded.RawSetString(name, t)
		}
	}
	st.L.SetFuncs(t, funcs)
	return t
}

// compile makes a function of a script's text.
func compile(L *lua.LState, text, chunk string) (*lua.LFunction, error) {
	stmts, err := syntax.Parse(text, chunk)
	if err != nil {
		return nil, err
	}
	proto, err := lua.Compile(stmts, chunk)
	if err != nil {
		return nil, err
	}
	return L.NewFunctionFromProto(proto), nil
}

// loadFile compiles a file; its first line may be one for the system's shell.
func loadFile(L *lua.LState, path string) (*lua.LFunction, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, runError("cannot open " + path + ": " + reason(err))
	}
	return compile(L, string(text), path)
}

// reason is what the system says of a failure, in the words of C's library.
func reason(err error) string {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = u.Unwrap()
	}
	text := err.Error()
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func (st *state) openBase() {
	L := st.L
	g := L.G.Global
	g.RawSetString("_VERSION", lua.LString("Lua 5.3"))
	for _, old := range []string{"setfenv", "getfenv", "loadstring", "unpack", "module", "newproxy", "_printregs", "_GOPHER_LUA_VERSION"} {
		g.RawSetString(old, lua.LNil)
	}
	st.module("_G", map[string]lua.LGFunction{
		"tostring": baseToString, "tonumber": baseToNumber, "load": baseLoad, "loadfile": baseLoadFile, "dofile": baseDoFile,
		"rawlen": baseRawLen, "pairs": basePairs, "collectgarbage": baseCollect, "print": basePrint,
	})
	g.RawSetString("_ENV", g)
	operators := L.NewTable()
	L.SetFuncs(operators, map[string]lua.LGFunction{"//": divide, "calc": calculate})
	g.RawSetString(syntax.Operators, operators)
}

func baseRawLen(L *lua.LState) int {
	switch v := L.CheckAny(1).(type) {
	case *lua.LTable:
		L.Push(lua.LNumber(v.Len()))
	case lua.LString:
		L.Push(lua.LNumber(len(v)))
	default:
		L.ArgError(1, "table or string expected")
	}
	return 1
}

// display is what tostring makes of a value.
func display(L *lua.LState, v lua.LValue) string {
	switch x := v.(type) {
	case lua.LNumber:
		return numberText(float64(x))
	case lua.LString:
		return string(x)
	}
	if t, ok := v.(*lua.LTable); ok {
		if m, ok := t.Metatable.(*lua.LTable); ok {
			if f := m.RawGetString("__tostring"); f != lua.LNil {
				L.Push(f)
				L.Push(v)
				L.Call(1, 1)
				s := L.Get(-1)
				L.Pop(1)
				if _, ok := s.(lua.LString); !ok {
					L.RaiseError("'__tostring' must return a string")
				}
				return s.String()
			}
			if n, ok := m.RawGetString("__name").(lua.LString); ok {
				return fmt.Sprintf("%s: %p", n, t)
			}
		}
		return t.String()
	}
	return L.ToStringMeta(v).String()
}

func baseToString(L *lua.LState) int {
	L.Push(lua.LString(display(L, L.CheckAny(1))))
	return 1
}

func basePrint(L *lua.LState) int {
	var b strings.Builder
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			b.WriteByte('\t')
		}
		b.WriteString(display(L, L.Get(i)))
	}
	b.WriteByte('\n')
	os.Stdout.WriteString(b.String())
	return 0
}

func baseToNumber(L *lua.LState) int {
	v := L.CheckAny(1)
	if L.GetTop() < 2 || L.Get(2) == lua.LNil {
		switch x := v.(type) {
		case lua.LNumber:
			L.Push(x)
		case lua.LString:
			if n, ok := syntax.Number(string(x)); ok {
				L.Push(lua.LNumber(n))
			} else {
				L.Push(lua.LNil)
			}
		default:
			L.Push(lua.LNil)
		}
		return 1
	}
	base := L.CheckInt(2)
	if base < 2 || base > 36 {
		L.ArgError(2, "base out of range")
	}
	text := strings.ToLower(strings.TrimSpace(L.CheckString(1)))
	digits := strings.TrimPrefix(text, "-")
	n := int64(0)
	for i := range len(digits) {
		d := strings.IndexByte("0123456789abcdefghijklmnopqrstuvwxyz", digits[i])
		if d < 0 || d >= base {
			digits = ""
			break
		}
		n = n*int64(base) + int64(d)
	}
	switch {
	case digits == "":
		L.Push(lua.LNil)
	case text[0] == '-':
		L.Push(lua.LNumber(-n))
	default:
		L.Push(lua.LNumber(n))
	}
	return 1
}

func baseLoad(L *lua.LState) int {
	text, name := "", ""
	switch v := L.CheckAny(1).(type) {
	case lua.LString:
		text, name = string(v), string(v)
	case *lua.LFunction:
		name = "=(load)"
		var b strings.Builder
		for {
			L.Push(v)
			L.Call(0, 1)
			piece := L.Get(-1)
			L.Pop(1)
			s, ok := piece.(lua.LString)
			if !ok || s == "" {
				break
			}
			b.WriteString(string(s))
		}
		text = b.String()
	default:
		L.TypeError(1, lua.LTFunction)
	}
	return loaded(L, text, chunkName(L.OptString(2, name)), 4)
}

// chunkName is how messages show the name of a chunk.
func chunkName(name string) string {
	if len(name) > 0 && (name[0] == '=' || name[0] == '@') {
		return name[1:]
	}
	line, _, cut := strings.Cut(name, "\n")
	if len(line) > 40 {
		line, cut = line[:40], true
	}
	if cut {
		line += "..."
	}
	return `[string "` + line + `"]`
}

// loaded pushes the compiled text, or nil and what is wrong with it. Argument env is
// the table of its globals, where given.
func loaded(L *lua.LState, text, chunk string, env int) int {
	fn, err := compile(L, text, chunk)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	if t, ok := L.Get(env).(*lua.LTable); ok {
		fn.Env = t
		if t.RawGetString(syntax.Operators) == lua.LNil {
			t.RawSetString(syntax.Operators, L.G.Global.RawGetString(syntax.Operators))
		}
	}
	L.Push(fn)
	return 1
}

func baseLoadFile(L *lua.LState) int {
	path := L.CheckString(1)
	text, err := os.ReadFile(path)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot open " + path))
		return 2
	}
	return loaded(L, string(text), path, 3)
}

func baseDoFile(L *lua.LState) int {
	fn, err := loadFile(L, L.CheckString(1))
	if err != nil {
		L.RaiseError("%s", err)
	}
	top := L.GetTop()
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop() - top
}

// basePairs honours __pairs, which Lua 5.1 does not know.
func basePairs(L *lua.LState) int {
	v := L.CheckAny(1)
	if f := L.GetMetaField(v, "__pairs"); f != lua.LNil {
		L.Push(f)
		L.Push(v)
		L.Call(1, 3)
		return 3
	}
	t := L.CheckTable(1)
	L.Push(L.NewFunction(baseNext))
	L.Push(t)
	L.Push(lua.LNil)
	return 3
}

func baseNext(L *lua.LState) int {
	k, v := L.CheckTable(1).Next(L.Get(2))
	if k == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(k)
	L.Push(v)
	return 2
}

// baseCollect leaves the collecting to the process.
func baseCollect(L *lua.LState) int {
	switch L.OptString(1, "collect") {
	case "count":
		n := liveHeap()
		L.Push(lua.LNumber(float64(n) / 1024))
		L.Push(lua.LNumber(n % 1024))
		return 2
	case "step", "isrunning":
		L.Push(lua.LTrue)
	default:
		L.Push(lua.LNumber(0))
	}
	return 1
}
