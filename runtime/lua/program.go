package lua

import (
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
	"gohap/stats"
)

// Program is the Lua of a configuration: its states, and what scripts have
// registered. It is made by the first line that needs it.
type Program struct {
	graph  *core.Graph
	warn   func(format string, args ...any) // while the configuration is read
	shared *state
	// threads are the states of "lua-load-per-thread", the first one's first. The
	// others are made when the number of threads is known.
	threads  []*state
	files    []perThread
	prepends [][2]string

	actions    map[string]*action
	fetches    map[string]*registry.Fetch
	converters map[string]*registry.Converter
	services   map[string]*registry.Service
	commands   []*Command
	funcs      map[string]*function
	inits      []*function
	tasks      []*function

	heap uint64 // in use when all had been read
	host Host
	// running says that traffic flows.
	running atomic.Bool
	calls   calls

	logger atomic.Pointer[logs.Logger]
	early  []earlyLine // logged before there was a logger
	mu     sync.Mutex  // of tasks
}

// earlyLine is a line for the log.
type earlyLine struct {
	level logs.Level
	text  string
}

// perThread is a "lua-load-per-thread" line.
type perThread struct {
	path string
	args []string
}

// Host is the running process, as scripts see it.
type Host interface {
	stats.Source
	// Say prints a message about running traffic.
	Say(s diag.Severity, text string)
	// Command runs a command of the runtime API with all rights, and gives what it
	// answers.
	Command(line string) string
}

// function is a function of a script, in each state that has it. Its name is what
// messages call it.
type function struct {
	name string
	in   map[int]*lua.LFunction // by the state's id
}

// of gives the function for a thread, and the state that it is in: that of the
// thread, or the shared one.
func (f *function) of(p *Program, shard int) (*state, *lua.LFunction) {
	if fn := f.in[0]; fn != nil {
		return p.shared, fn
	}
	if len(p.threads) == 0 {
		return nil, nil
	}
	st := p.threads[shard%len(p.threads)]
	return st, f.in[st.id]
}

// Of gives the program of a configuration, nil without one.
func Of(g *core.Graph) *Program {
	p, _ := g.Scripts.(*Program)
	return p
}

// For gives the program of the configuration that c reads, which it makes where there
// is none.
func For(c *registry.Compiler) *Program {
	if p := Of(c.Graph); p != nil {
		return p
	}
	p := &Program{
		graph: c.Graph, actions: map[string]*action{}, fetches: map[string]*registry.Fetch{},
		converters: map[string]*registry.Converter{}, services: map[string]*registry.Service{}, funcs: map[string]*function{},
		warn: func(format string, args ...any) { c.Diags.Config(diag.Warning, format, args...) },
	}
	p.shared = newState(p, 0)
	c.Graph.Scripts = p
	c.Later(registry.Build, func() { p.finish(c) })
	return p
}

var _ registry.Scripts = (*Program)(nil)

// Load runs a file in the shared state ("lua-load"). An error is worded as HAProxy's.
func (p *Program) Load(path string, args []string) error { return p.shared.load(path, args) }

// LoadPerThread runs a file in the state of the first thread, and remembers it for
// the others.
func (p *Program) LoadPerThread(path string, args []string) error {
	if len(p.threads) == 0 {
		p.threads = []*state{p.newThread(1)}
	}
	p.files = append(p.files, perThread{path, args})
	return p.threads[0].load(path, args)
}

func (p *Program) newThread(id int) *state {
	st := newState(p, id)
	for _, x := range p.prepends {
		st.prepend(x[0], x[1])
	}
	return st
}

// Prepend puts a path in front of those of "package.path" or "package.cpath".
func (p *Program) Prepend(path, kind string) {
	p.prepends = append(p.prepends, [2]string{path, kind})
	p.shared.prepend(path, kind)
	for _, st := range p.threads {
		st.prepend(path, kind)
	}
}

func (st *state) load(path string, args []string) error {
	r := &run{waits: true, starting: true}
	fn, err := loadFile(st.L, path)
	if err != nil {
		return runError("error in Lua file '" + path + "': " + err.Error())
	}
	f := st.call(r, fn, func(*lua.LState) []lua.LValue {
		all := make([]lua.LValue, len(args))
		for i, a := range args {
			all[i] = lua.LString(a)
		}
		return all
	}, nil)
	if f == nil {
		return nil
	}
	if f.Text == "" {
		return runError("Lua runtime error: (null)")
	}
	return runError("Lua runtime error: " + f.Text)
}

// finish makes the states of the other threads and runs what was registered for the
// start. Everything has been read by then.
func (p *Program) finish(c *registry.Compiler) {
	if c.Diags.Failed() {
		return
	}
	if len(p.threads) > 0 {
		for id := 2; id <= p.graph.Global.Threads(); id++ {
			st := p.newThread(id)
			p.threads = append(p.threads, st)
			for _, f := range p.files {
				if err := st.load(f.path, f.args); err != nil {
					c.Diags.Config(diag.Alert, "%s", err)
				}
			}
		}
	}
	slices.SortFunc(p.commands, func(a, b *Command) int { return strings.Compare(a.Name, b.Name) })
	p.shared.fillProxies()
	for _, st := range p.threads {
		st.fillProxies()
	}
	p.heap = liveHeap()
}

// Init runs the functions of core.register_init, in the process h.
func (p *Program) Init(h Host) error {
	p.host = h
	for _, f := range p.inits {
		for id, fn := range f.in {
			st := p.stateOf(id)
			r := &run{waits: true, starting: true}
			if fail := st.call(r, fn, nil, nil); fail != nil {
				text := "unknown runtime error"
				if fail.Text != "" {
					text = "runtime error: '" + fail.Text + "'"
				}
				return runError("Lua init: " + text + " from " + fail.Trace)
			}
		}
	}
	return nil
}

func (p *Program) stateOf(id int) *state {
	if id == 0 {
		return p.shared
	}
	return p.threads[id-1]
}

// Start tells the program that traffic flows, and starts the tasks. What scripts log
// goes to l.
func (p *Program) Start(l *logs.Logger) {
	p.mu.Lock()
	p.logger.Store(l)
	p.running.Store(true)
	for _, e := range p.early {
		l.Log(e.level, []byte(e.text))
	}
	p.early = nil
	tasks := p.tasks
	p.tasks = nil
	p.mu.Unlock()
	for _, f := range tasks {
		for id, fn := range f.in {
			p.startTask(p.stateOf(id), fn)
		}
	}
}

// tell reports an error of a script at run time.
func (p *Program) tell(text string) {
	if p.host != nil {
		p.host.Say(diag.Alert, text)
	}
	p.logger.Load().Log(logs.Err, []byte(text))
}

// stamp is the time as HAProxy puts it in front of what scripts print.
func stamp(t time.Time) string {
	return itoa3(t.YearDay()-1) + "/" + t.Format("150405")
}

func itoa3(n int) string {
	s := itoa(n)
	return strings.Repeat("0", max(0, 3-len(s))) + s
}

var levelNames = [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

// log is core.log: to the "log" lines of the proxy, or of the process without one,
// and to standard error.
func (p *Program) log(px *core.Proxy, level logs.Level, text string) {
	if len(text) > 1023 {
		text = text[:1023]
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '.'
		}
		return r
	}, text)
	t := &p.graph.Global.Scripts
	l := p.logger.Load()
	if px != nil && px.Logger != nil {
		l = px.Logger
	}
	switch {
	case t.NoLoggers:
	case p.running.Load():
		l.Log(level, []byte(clean))
	case p.host != nil: // before that HAProxy has no logs either
		p.early = append(p.early, earlyLine{level, clean})
	}
	if level == logs.Debug || t.NoStderr || t.StderrAuto && l != nil {
		return
	}
	os.Stderr.WriteString("[" + levelNames[level] + "] " + stamp(time.Now()) + " (" + itoa(os.Getpid()) + ") : " + clean + "\n")
}
