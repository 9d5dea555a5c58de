package spoe

import (
	"sync/atomic"
	"time"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/spop"
	"gohap/stats"
)

// Agent is a "spoe-agent" section as the filter of a proxy. All but its counters is
// immutable while traffic flows.
type Agent struct {
	// Name is the section's, Engine that of the filter line, or the section's without
	// one.
	Name, Engine string
	Pos          diag.Pos
	// Backend has the agent's servers.
	Backend *core.Proxy
	// Prefix stands between a variable's scope and the name that the agent uses.
	Prefix string
	// Hello bounds the wait for the agent's first frame, Idle for any frame, Processing
	// a stream's wait for the answer.
	Hello, Idle, Processing time.Duration
	// MaxFrame is the size of the largest frame, in bytes.
	MaxFrame int
	// MaxWaiting is how many frames a connection may carry whose answer is to come.
	MaxWaiting int
	// MaxConnRate and MaxErrRate are how many connections are opened and how many
	// errors are met a second before there is a pause; 0 sets no limit.
	MaxConnRate, MaxErrRate int
	// Async, Pipelining and Fragment are the options of the same names, the last that
	// of "send-frag-payload".
	Async, Pipelining, Fragment bool
	// ContinueOnError goes on with a stream after an error, ForceSetVar lets the agent
	// make variables of the process, and DontLogNormal logs errors only.
	ContinueOnError, ForceSetVar, DontLogNormal bool
	// OnError, ProcessTime and TotalTime are the variables of "option set-on-error" and
	// so on, nil without.
	OnError, ProcessTime, TotalTime *core.Var
	// Logs are the section's log targets, Logger what sends to them.
	Logs   []core.LogTarget
	Logger *logs.Logger
	// Events are the messages of each moment.
	Events [core.FilterEvents][]*Message
	// Groups are the groups that rules can send.
	Groups map[string]*Group

	vars     variables
	frontend *core.Proxy
	dialer   core.Dialer
	pools    []pool
	counters counters
}

// Message is a "spoe-message" section.
type Message struct {
	Name string
	Args []Arg
	// Cond says when it is sent, nil for always.
	Cond core.Condition
}

// Arg is an argument of a message.
type Arg struct {
	Name string
	Expr core.Expr
}

// Group is a "spoe-group" section.
type Group struct {
	Name     string
	Messages []*Message
}

// New returns an agent with HAProxy's defaults for buffers of bufSize bytes.
func New(name string, bufSize int) *Agent {
	return &Agent{
		Name: name, MaxFrame: bufSize - spop.PrefixSize, MaxWaiting: 20,
		Async: true, Pipelining: true, Fragment: true, Groups: map[string]*Group{},
	}
}

// Find returns the engine of that name among a proxy's filters, nil without one.
func Find(p *core.Proxy, name string) *Agent {
	for _, f := range p.Filters {
		if a, ok := f.(*Agent); ok && a.Engine == name {
			return a
		}
	}
	return nil
}

// counters are what log lines tell of an agent.
type counters struct {
	idles, links, sending, waiting atomic.Int64
	errors, processed              atomic.Uint64
}

var _ core.Filter = (*Agent)(nil)

// Begin implements [core.Filter].
func (a *Agent) Begin(g *core.Graph, d core.Dialer) {
	threads := max(1, g.Global.NbThread)
	a.dialer = d
	a.frontend = &core.Proxy{Name: a.Name, Kind: "frontend", Caps: core.Frontend, FE: stats.NewFrontend(threads)}
	a.pools = make([]pool, threads)
	for i := range a.pools {
		a.pools[i].begin(a, i)
	}
	a.vars.collect(&g.Vars, a.Prefix)
}

// Wants implements [core.Filter].
func (a *Agent) Wants(e core.FilterEvent) bool { return len(a.Events[e]) > 0 }

// At implements [core.Filter].
func (a *Agent) At(s *core.Stream, e core.FilterEvent) {
	a.ask(s, a.Events[e], 0, "EVENT", e.String())
}

// Send sends a group about s, as a rule says. A rule that may not wait, because no more
// data will come for it, counts as interrupted, as it does in HAProxy; within bounds the
// wait, unless it is 0.
func (a *Agent) Send(s *core.Stream, g *Group, mayWait bool, within time.Duration) {
	if !mayWait {
		a.interrupt(s)
		return
	}
	a.ask(s, g.Messages, within, "GROUP", g.Name)
}

// interrupt gives the agent up without having asked.
func (a *Agent) interrupt(s *core.Stream) {
	if o := s.Offload(a); !o.Off {
		a.setInt(s, a.OnError, failedStopped)
		a.counters.errors.Add(1)
		o.Off = !a.ContinueOnError
	}
}

func (a *Agent) pool(shard int) *pool { return &a.pools[shard%len(a.pools)] }
