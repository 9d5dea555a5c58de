package lua

import (
	"errors"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// fetcher is what an object of class Fetches or Converters stands for.
type fetcher struct {
	s func() *core.Stream
	// text has it give texts only; service says that there is no HTTP to look at.
	text, service bool
}

// methodName is a record's name as scripts write it.
var methodName = strings.NewReplacer(".", "_", "-", "_", "+", "_")

// The fetches and converters by their methods' names.
var (
	fetchMethods = sync.OnceValue(func() map[string]*registry.Fetch {
		m := map[string]*registry.Fetch{}
		for _, f := range registry.Fetches.All() {
			m[methodName.Replace(f.Name)] = f
		}
		return m
	})
	converterMethods = sync.OnceValue(func() map[string]*registry.Converter {
		m := map[string]*registry.Converter{}
		for _, c := range registry.Converters.All() {
			m[methodName.Replace(c.Name)] = c
		}
		return m
	})
)

// openFetches makes the classes Fetches and Converters. Their methods are made when a
// script first asks for one.
func (st *state) openFetches() {
	for class, make := range map[string]func(name string) lua.LGFunction{
		"Fetches": func(name string) lua.LGFunction {
			f := fetchMethods()[name]
			if f == nil {
				return nil
			}
			return func(L *lua.LState) int { return st.runFetch(L, name, f) }
		},
		"Converters": func(name string) lua.LGFunction {
			c := converterMethods()[name]
			if c == nil {
				return nil
			}
			return func(L *lua.LState) int { return st.runConverter(L, name, c) }
		},
	} {
		st.define(class, nil).RawSetString("__index", st.L.NewFunction(func(L *lua.LState) int {
			name := L.Get(2).String()
			fn := st.methods[class+name]
			if fn == nil {
				f := make(name)
				if f == nil {
					L.Push(lua.LNil)
					return 1
				}
				fn = L.NewFunction(f)
				st.methods[class+name] = fn
			}
			L.Push(fn)
			return 1
		}))
	}
}

// argError raises the error about an argument of a method.
func argError(L *lua.LState, n int, name, msg string) {
	L.RaiseError("bad argument #%d to '%s' (%s)", n, name, msg)
}

// given are the arguments from number n on, as texts.
func given(L *lua.LState, n int, name string) []string {
	var all []string
	for i := n; i <= L.GetTop(); i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			all = append(all, string(v))
		case lua.LNumber:
			all = append(all, numberText(float64(v)))
		default:
			argError(L, i-1, name, "unable to duplicate string arg")
		}
	}
	return all
}

// calls keeps what has been compiled for scripts. Its methods may be called from any
// thread.
type calls struct {
	mu  sync.RWMutex
	all map[callKey]any
}

type callKey struct {
	proxy      *core.Proxy
	name, args string
}

// mostCompiled bounds it: a script may make arguments of what clients send.
const mostCompiled = 1 << 12

func (c *calls) find(k callKey) any {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.all[k]
}

func (c *calls) keep(k callKey, v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil || len(c.all) >= mostCompiled {
		c.all = map[callKey]any{}
	}
	c.all[k] = v
}

func (p *Program) compiler(px *core.Proxy) *registry.Compiler {
	return &registry.Compiler{Diags: &diag.List{}, Graph: p.graph, Proxy: px, Env: func(string) (string, bool) { return "", false }}
}

// raise turns a compilation's error into one of the script.
func raise(L *lua.LState, name string, err error, shift int) {
	var a *sample.ArgError
	if errors.As(err, &a) {
		argError(L, a.Number+shift, name, a.Text)
	}
	L.RaiseError("error in arguments")
}

func (st *state) runFetch(L *lua.LState, name string, f *registry.Fetch) int {
	o := self[*fetcher](L, 1, "Fetches")
	if o.service && f.At&registry.FeSession == 0 && !strings.Contains(f.Needs, "buffer") {
		L.Error(lua.LString("the sample-fetch '"+name+"' needs an HTTP parser which is not available in Lua services"), 0)
	}
	s := o.s()
	args := given(L, 2, name)
	k := callKey{s.Backend, "f" + f.Name, strings.Join(args, "\x00")}
	fetch, ok := st.p.calls.find(k).(core.Fetch)
	if !ok {
		var err error
		if fetch, err = sample.Call(st.p.compiler(s.Backend), f, args); err != nil {
			raise(L, name, err, 0)
		}
		st.p.calls.keep(k, fetch)
	}
	v := s.Borrow()
	defer s.Return()
	if !fetch(s, v) {
		if o.text {
			L.Push(lua.LString(""))
		} else {
			L.Push(lua.LNil)
		}
		return 1
	}
	L.Push(st.p.fromSample(s, v, o.text))
	return 1
}

func (st *state) runConverter(L *lua.LState, name string, c *registry.Converter) int {
	o := self[*fetcher](L, 1, "Converters")
	if L.GetTop() < 2 {
		argError(L, 1, name, "Mandatory argument expected")
	}
	s := o.s()
	args := given(L, 3, name)
	k := callKey{s.Backend, "c" + c.Name, strings.Join(args, "\x00")}
	conv, ok := st.p.calls.find(k).(core.Convert)
	if !ok {
		var err error
		if conv, err = sample.CallConverter(st.p.compiler(s.Backend), c, args); err != nil {
			raise(L, name, err, 1)
		}
		st.p.calls.keep(k, conv)
	}
	v := s.Borrow()
	defer s.Return()
	toSample(s, L.Get(2), v)
	if c.In != core.Any && !sample.Cast(s, v, c.In) || !conv(s, v) {
		if o.text {
			L.Push(lua.LString(""))
		} else {
			L.Push(lua.LNil)
		}
		return 1
	}
	L.Push(st.p.fromSample(s, v, o.text))
	return 1
}
