package lua

import (
	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// scriptArgs are the arguments that fetches and converters of scripts take.
var scriptArgs = []registry.ArgSpec{
	{Kind: registry.ArgString, Name: "arg1"}, {Kind: registry.ArgString, Name: "arg2"}, {Kind: registry.ArgString, Name: "arg3"},
	{Kind: registry.ArgString, Name: "arg4"}, {Kind: registry.ArgString, Name: "arg5"},
}

// argTexts are the arguments given.
func argTexts(args []registry.Arg) []lua.LValue {
	var all []lua.LValue
	for i := range args {
		if !args[i].Given {
			break
		}
		all = append(all, lua.LString(args[i].Text))
	}
	return all
}

// fetch makes the record of a registered fetch.
func (p *Program) fetch(f *function) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: "lua." + f.name, Doc: "Runs a function of a script."},
		Out:     core.Str, Args: scriptArgs, At: registry.Transaction, Needs: "HTTP request headers,HTTP response headers",
		Compile: func(_ *registry.Compiler, args []registry.Arg) (core.Fetch, error) {
			words := argTexts(args)
			return func(s *core.Stream, out *core.Sample) bool {
				return p.value(f, "sample-fetch", s, out, func(st *state) []lua.LValue {
					t := &txn{s: s, http: s.RequestParsed, set: core.HTTPRequest}
					if s.Response {
						t.set = core.HTTPResponse
					}
					return append([]lua.LValue{st.newTXN(t)}, words...)
				})
			}, nil
		},
	}
}

// converter makes the record of a registered converter.
func (p *Program) converter(f *function) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{Name: "lua." + f.name, Doc: "Runs a function of a script."},
		In:      core.Str, Out: core.Str, Args: scriptArgs,
		Compile: func(_ *registry.Compiler, args []registry.Arg) (core.Convert, error) {
			words := argTexts(args)
			return func(s *core.Stream, v *core.Sample) bool {
				in := lua.LString(v.Bytes)
				return p.value(f, "converter", s, v, func(*state) []lua.LValue {
					return append([]lua.LValue{in}, words...)
				})
			}, nil
		},
	}
}

// value runs a function that gives a sample.
func (p *Program) value(f *function, kind string, s *core.Stream, out *core.Sample, args func(*state) []lua.LValue) bool {
	shard := 0
	if s.Session != nil {
		shard = s.Session.Shard
	}
	st, fn := f.of(p, shard)
	if fn == nil {
		return false
	}
	r := &run{stream: s, limit: p.graph.Global.Scripts.Session}
	found := false
	fail := st.call(r, fn, func(*lua.LState) []lua.LValue { return args(st) }, func(_ *lua.LState, results []lua.LValue) {
		if len(results) > 0 {
			found = true
			toSample(s, results[len(results)-1], out)
		}
	})
	if fail != nil {
		p.tell("Lua " + kind + " '" + f.name + "': " + fail.log(st))
		return false
	}
	return found
}

// toSample makes a sample of a value, in the stream's scratch area.
func toSample(s *core.Stream, v lua.LValue, out *core.Sample) {
	switch x := v.(type) {
	case lua.LString:
		out.SetStr(append(s.Scratch(len(x))[:0], x...))
	case lua.LNumber:
		n, _ := whole(x)
		out.SetInt(n)
	case lua.LBool:
		out.SetBool(bool(x))
	default:
		out.SetBool(false)
	}
}

// fromSample makes a value of a sample. With strings it is a text whatever the
// sample's type.
func (p *Program) fromSample(s *core.Stream, v *core.Sample, strings bool) lua.LValue {
	if !strings {
		switch v.Type {
		case core.Bool:
			if p.graph.Global.Scripts.Bools {
				return lua.LBool(v.Int != 0)
			}
			return lua.LNumber(v.Int)
		case core.Sint:
			return lua.LNumber(v.Int)
		}
	}
	if v.Type != core.Str && v.Type != core.Bin && !sample.Cast(s, v, core.Str) {
		if strings {
			return lua.LString("")
		}
		return lua.LNil
	}
	return lua.LString(v.Bytes)
}
