package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// body raises an error unless the state is reading its files: only then can records
// be made.
func body(L *lua.LState) *run {
	r := current(L)
	if !r.starting || r.st.p.running.Load() {
		L.RaiseError("registering is possible in the body of a script only")
	}
	return r
}

// function gives the function of that name, with fn as that of this state. again says
// that the state had one.
func (st *state) function(key, name string, fn *lua.LFunction) (f *function, again bool) {
	if f = st.p.funcs[key]; f == nil {
		f = &function{name: name, in: map[int]*lua.LFunction{}}
		st.p.funcs[key] = f
	}
	again = f.in[st.id] != nil
	f.in[st.id] = fn
	return f, again
}

// twice warns about a name that is taken.
func (st *state) twice(kind, name string) {
	st.p.warn("Trying to register %s '%s' more than once. This will become a hard error in version 2.5.", kind, name)
}

func (st *state) registerInit(L *lua.LState) int {
	needs(L, "register_init", 1, 1)
	fn := L.CheckFunction(1)
	body(L)
	st.p.inits = append(st.p.inits, &function{in: map[int]*lua.LFunction{st.id: fn}})
	return 0
}

var actionSets = map[string]core.Ruleset{
	"tcp-req": core.TCPRequestContent, "tcp-res": core.TCPResponseContent, "http-req": core.HTTPRequest, "http-res": core.HTTPResponse,
}

func (st *state) registerAction(L *lua.LState) int {
	needs(L, "register_action", 3, 4)
	name := L.CheckString(1)
	if L.Get(2).Type() != lua.LTTable {
		L.RaiseError("register_action: second argument must be a table of strings")
	}
	envs := L.CheckTable(2)
	fn := L.CheckFunction(3)
	nargs := 0
	if L.GetTop() > 3 {
		nargs = L.CheckInt(4)
	}
	body(L)
	for i := 1; i <= envs.Len(); i++ {
		env, ok := envs.RawGetInt(i).(lua.LString)
		if !ok {
			L.RaiseError("register_action: second argument must be a table of strings")
		}
		set, ok := actionSets[string(env)]
		if !ok {
			L.RaiseError("Lua action environment '%s' is unknown. 'tcp-req', 'tcp-res', 'http-req' or 'http-res' are expected.", env)
		}
		key := "action " + string(env) + " " + name
		f, again := st.function(key, name, fn)
		if again {
			st.twice("action", "lua."+name)
		}
		a := &action{p: st.p, fn: f, nargs: nargs}
		st.p.actions[set.String()+" lua."+name] = a
	}
	return 0
}

// Action implements [registry.Scripts].
func (p *Program) Action(word string, set core.Ruleset) *registry.Action {
	a := p.actions[set.String()+" "+word]
	if a == nil {
		return nil
	}
	return &registry.Action{
		Keyword: registry.Keyword{Name: word, Doc: "Runs a function of a script."},
		In:      registry.InRulesets(set), Least: a.nargs, Compile: a.compile,
	}
}

func (st *state) registerFetches(L *lua.LState) int {
	needs(L, "register_fetches", 2, 2)
	name, fn := L.CheckString(1), L.CheckFunction(2)
	body(L)
	f, again := st.function("fetch "+name, name, fn)
	if again {
		st.twice("sample-fetch", "lua."+name)
	}
	st.p.fetches["lua."+name] = st.p.fetch(f)
	return 0
}

func (st *state) registerConverters(L *lua.LState) int {
	needs(L, "register_converters", 2, 2)
	name, fn := L.CheckString(1), L.CheckFunction(2)
	body(L)
	f, again := st.function("converter "+name, name, fn)
	if again {
		st.twice("sample-converter", "lua."+name)
	}
	st.p.converters["lua."+name] = st.p.converter(f)
	return 0
}

// Fetch implements [registry.Scripts].
func (p *Program) Fetch(name string) *registry.Fetch { return p.fetches[name] }

// Converter implements [registry.Scripts].
func (p *Program) Converter(name string) *registry.Converter { return p.converters[name] }

// Service implements [registry.Scripts].
func (p *Program) Service(name string) *registry.Service { return p.services[name] }

func (st *state) registerService(L *lua.LState) int {
	needs(L, "register_service", 3, 3)
	name, env, fn := L.CheckString(1), L.CheckString(2), L.CheckFunction(3)
	body(L)
	if env != "tcp" && env != "http" {
		L.RaiseError("Lua service environment '%s' is unknown. 'tcp' or 'http' are expected.", env)
	}
	f, again := st.function("service "+name, "<lua."+name+">", fn)
	if again {
		st.twice("service", "lua."+name)
	}
	p := st.p
	p.services["lua."+name] = &registry.Service{
		Name: "lua." + name, HTTP: env == "http",
		New: func(*core.Stream) core.Applet { return &applet{p: p, fn: f, http: env == "http"} },
	}
	return 0
}

func (st *state) registerCLI(L *lua.LState) int {
	needs(L, "register_cli", 3, 3)
	if L.Get(1).Type() != lua.LTTable {
		L.RaiseError("1st argument must be a table")
	}
	path := L.CheckTable(1)
	usage, fn := L.CheckString(2), L.CheckFunction(3)
	body(L)
	var words []string
	for i := 1; i <= path.Len(); i++ {
		w, ok := path.RawGetInt(i).(lua.LString)
		if !ok {
			L.RaiseError("1st argument must be a table filled with strings")
		}
		words = append(words, string(w))
	}
	if len(words) > 4 {
		L.RaiseError("Lua cli '%s': too many words", strings.Join(words, " "))
	}
	f, again := st.function("cli "+strings.Join(words, " "), "<lua.cli."+strings.Join(words, ".")+">", fn)
	if again {
		L.RaiseError("CLI keyword already registered")
	}
	if len(f.in) == 1 {
		st.p.commands = append(st.p.commands, &Command{Name: strings.Join(words, " "), Usage: usage, p: st.p, fn: f})
	}
	return 0
}

// registerTask starts a task, or has it started when traffic flows.
func (st *state) registerTask(L *lua.LState) int {
	needs(L, "register_task", 1, 1)
	fn := L.CheckFunction(1)
	p := st.p
	p.mu.Lock()
	running := p.running.Load()
	if !running {
		p.tasks = append(p.tasks, &function{in: map[int]*lua.LFunction{st.id: fn}})
	}
	p.mu.Unlock()
	if running {
		p.startTask(st, fn)
	}
	return 0
}
