package lua

import (
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
)

// state is a world of scripts: what "lua-load" reads shares one, and each thread has
// one of its own for "lua-load-per-thread".
type state struct {
	// id is 0 for the shared one, else the number of the thread.
	id int
	p  *Program
	L  *lua.LState

	lock lock // of all that follows, and of everything within L
	free []*lua.LState
	// classes are the tables of methods by the class's name.
	classes map[string]*lua.LTable
	methods map[string]*lua.LFunction // of Fetches and Converters
	cores   *lua.LTable
	active  map[*lua.LState]bool // the coroutines that have been resumed

	heap atomic.Uint64 // in use, as the last look at it has found
	next atomic.Int64  // when to look again, on the clock of time.Now().UnixNano
}

// Stacks of the interpreter's threads: how many values and calls a new one has room
// for, and how far it may grow.
const (
	firstValues = 256
	mostValues  = 1 << 20
	mostCalls   = 1 << 14
	// keepThreads is how many threads a state keeps for later calls.
	keepThreads = 64
)

func newState(p *Program, id int) *state {
	st := &state{id: id, p: p, classes: map[string]*lua.LTable{}, methods: map[string]*lua.LFunction{}, active: map[*lua.LState]bool{}}
	st.L = lua.NewState(lua.Options{
		CallStackSize: mostCalls, RegistrySize: firstValues, RegistryMaxSize: mostValues, RegistryGrowStep: 1024,
		MinimizeStackMemory: true, SkipOpenLibs: true,
	})
	st.open()
	return st
}

// begin gives a run, which holds the state until end. The thread is the caller's
// alone.
func (st *state) begin(r *run) {
	t := &st.p.graph.Global.Scripts
	r.st = st
	if r.batch = t.ForcedYield; r.batch <= 0 {
		r.batch = core.DefaultScriptSettings().ForcedYield
	}
	r.left, r.burst = r.batch, t.Burst
	if r.starting {
		r.burst = 0
	}
	st.lock.acquire()
	if n := len(st.free); n > 0 {
		r.thread, st.free[n-1] = st.free[n-1], nil
		st.free = st.free[:n-1]
	} else {
		r.thread, _ = st.L.NewThread()
	}
	st.L.G.CurrentThread = r.thread
	r.thread.SetContext(r)
	r.since = time.Now()
}

// end gives the state away, and the thread back where the call went well: others may
// have grown large.
func (st *state) end(thread *lua.LState, keep bool) {
	thread.SetTop(0)
	thread.RemoveContext()
	if keep && len(st.free) < keepThreads && !thread.Dead {
		st.free = append(st.free, thread)
	}
	st.L.G.CurrentThread = st.L
	st.lock.release()
}

// call runs a function with the arguments that args makes, and gives what take makes
// of its results; both hold the state. It reports what went wrong as an error.
func (st *state) call(r *run, fn *lua.LFunction, args func(L *lua.LState) []lua.LValue, take func(L *lua.LState, results []lua.LValue)) *Failure {
	st.begin(r)
	L := r.thread
	var fail *Failure
	defer func() { st.end(L, fail == nil) }()
	L.Push(fn)
	n := 0
	if args != nil {
		for _, v := range args(L) {
			L.Push(v)
			n++
		}
	}
	var trace string
	handler := L.NewFunction(func(L *lua.LState) int {
		trace = traceback(L)
		return 1
	})
	err := L.PCall(n, lua.MultRet, handler)
	switch {
	case r.failed == "" && finished(err):
		if take != nil {
			take(L, []lua.LValue{r.result})
		}
	case r.failed != "":
		fail = &Failure{Text: r.failed, Trace: trace, Limit: true}
	case err != nil:
		fail = failure(err, trace)
	case take != nil:
		all := make([]lua.LValue, L.GetTop())
		for i := range all {
			all[i] = L.Get(i + 1)
		}
		take(L, all)
	}
	return fail
}

// finished reports whether err is a script's wish to end.
func finished(err error) bool {
	e, ok := err.(*lua.ApiError)
	return ok && e.Object == lua.LValue(finish)
}

// Failure is a script that ended with an error.
type Failure struct {
	// Text is the message, "" for an error that is no text.
	Text string
	// Trace is where it happened, innermost first.
	Trace string
	// Limit says that the script was ended.
	Limit bool
}

// log is how HAProxy words the failure at run time.
func (f *Failure) log(st *state) string {
	if f.Text == "yield not allowed" {
		return f.Text + "."
	}
	text := "[state-id " + itoa(st.id) + "] "
	if f.Text == "" {
		text += "unknown runtime error"
	} else {
		text += "runtime error: " + f.Text
	}
	return text + " from " + f.Trace + "."
}

func failure(err error, trace string) *Failure {
	f := &Failure{Text: err.Error(), Trace: trace}
	e, ok := err.(*lua.ApiError)
	if !ok {
		return f
	}
	switch v := e.Object.(type) {
	case lua.LString, lua.LNumber:
		f.Text = reword(v.String())
	case nil:
		f.Text = err.Error()
	default:
		f.Text = ""
		if e.Type == lua.ApiErrorPanic {
			f.Text = err.Error()
		}
	}
	return f
}

// memoryLook is how long what was found of the memory in use is believed.
const memoryLook = int64(10 * time.Millisecond)

// overMemory reports whether scripts use more memory than "tune.lua.maxmem" allows.
// The interpreter does not tell what it uses, so that the process's heap has to stand
// for it: what is in use beyond what was when the configuration had been read.
func (st *state) overMemory() bool {
	most := st.p.graph.Global.Scripts.MaxMemory
	if most <= 0 {
		return false
	}
	if now := time.Now().UnixNano(); now >= st.next.Load() {
		st.next.Store(now + memoryLook)
		st.heap.Store(liveHeap())
	}
	return int64(st.heap.Load())-int64(st.p.heap) > most
}
