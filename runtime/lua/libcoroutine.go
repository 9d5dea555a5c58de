package lua

import (
	"os"

	lua "github.com/yuin/gopher-lua"
)

// openCoroutines has coroutines count their instructions as those of the run that
// resumes them.
func (st *state) openCoroutines() {
	t := st.L.GetGlobal("coroutine").(*lua.LTable)
	resume := t.RawGetString("resume").(*lua.LFunction).GFunction
	create := t.RawGetString("create").(*lua.LFunction).GFunction
	prepared := func(L *lua.LState) int {
		th := L.CheckThread(1)
		if th == L || st.active[th] {
			L.Push(lua.LFalse)
			L.Push(lua.LString("cannot resume non-suspended coroutine"))
			return 2
		}
		if th.Dead {
			L.Push(lua.LFalse)
			L.Push(lua.LString("cannot resume dead coroutine"))
			return 2
		}
		r, ok := L.Context().(*run)
		if !ok {
			return resume(L)
		}
		// What runs in it may wait, and another call meet it meanwhile.
		th.SetContext(r)
		st.active[th] = true
		r.nested++
		defer func() {
			r.nested--
			delete(st.active, th)
		}()
		return resume(L)
	}
	st.module("coroutine", map[string]lua.LGFunction{
		"create": func(L *lua.LState) int {
			// The thread's context must not be one derived from the run.
			ctx := L.RemoveContext()
			n := create(L)
			if ctx != nil {
				L.SetContext(ctx)
			}
			return n
		},
		"resume": prepared,
		"isyieldable": func(L *lua.LState) int {
			L.Push(lua.LBool(L.Parent != nil))
			return 1
		},
		"running": func(L *lua.LState) int {
			L.Push(L)
			L.Push(lua.LBool(L.Parent == nil))
			return 2
		},
	})
	// wrap is written in the language: a function of Go may not go on behind a call
	// that yields.
	fn, err := compile(st.L, wrapText, "=[C]")
	if err != nil {
		panic(err)
	}
	st.L.Push(fn)
	st.L.Call(0, 0)
}

const wrapText = `
local create, resume, error, type = coroutine.create, coroutine.resume, error, type
local function finish(ok, ...)
	if ok then return ... end
	error((...), 0)
end
function coroutine.wrap(f)
	local co = create(f)
	return function(...) return finish(resume(co, ...)) end
end`

// openProcesses keeps scripts from starting programs while traffic flows, as HAProxy
// does without "insecure-fork-wanted": whoever waits for one stalls all others.
func (st *state) openProcesses() {
	for _, f := range [][2]string{{"os", "execute"}, {"io", "popen"}} {
		fn, ok := st.L.GetField(st.L.GetGlobal(f[0]), f[1]).(*lua.LFunction)
		if !ok || !fn.IsG {
			continue
		}
		start := fn.GFunction
		fn.GFunction = func(L *lua.LState) int {
			if r, ok := L.Context().(*run); ok && r.starting {
				return start(L)
			}
			L.Push(lua.LNil)
			L.Push(lua.LString("Resource temporarily unavailable"))
			L.Push(lua.LNumber(11))
			return 3
		}
	}
	st.module("os", map[string]lua.LGFunction{
		"exit": func(L *lua.LState) int {
			code := 0
			switch v := L.Get(1).(type) {
			case lua.LBool:
				if !v {
					code = 1
				}
			case lua.LNumber:
				code = int(v)
			}
			os.Exit(code)
			return 0
		},
	})
}
