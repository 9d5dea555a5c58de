package runtime

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/ring"
	"gohap/runtime/stream"
	"gohap/stats"
)

// Instance is a compiled configuration and, once started, what serves it. Its
// methods may be called from any goroutine; Load gives it.
type Instance struct {
	options *Options
	graph   *core.Graph
	engine  *stream.Engine
	checks  *health.Scheduler
	store   *logs.Store
	process *stats.Process

	forwarders []*ring.Forwarder

	started   time.Time
	startup   string                 // what was said while it was started
	profiling atomic.Pointer[string] // what "set profiling" said last
	limit     *conn.Limit            // the process's maxconn
	tlsLimit  *conn.Limit            // maxsslconn, nil without
	stopping  atomic.Bool
	graceful  atomic.Bool // a soft stop was asked for
	// accepting is the accept loops that run.
	accepting sync.WaitGroup
	mu        sync.Mutex // bind, pause, stop
	scripted  bool       // scripts were initialised; under mu
	done      chan struct{}
	finish    sync.Once
	// changing serialises changes of the backends' servers.
	changing sync.Mutex
}

// Settings is the global section.
func (i *Instance) Settings() *core.Global { return i.graph.Global }

// Graph is the compiled configuration.
func (i *Instance) Graph() *core.Graph { return i.graph }

// Listeners counts the addresses to listen on, the stats sockets included.
func (i *Instance) Listeners() int {
	n := len(i.listeners())
	for _, f := range i.graph.LogForwards {
		n += len(f.Datagrams)
	}
	return n
}

// listeners lists all listeners that shall be open.
func (i *Instance) listeners() []*core.Listener {
	var all []*core.Listener
	for _, p := range i.graph.Proxies {
		if !p.Disabled {
			all = append(all, p.Listeners...)
		}
	}
	all = append(all, i.peersListeners()...)
	all = append(all, i.forwardListeners()...)
	return append(all, i.graph.Global.StatsSockets...)
}

// Descriptors estimates how many descriptors are needed whatever the traffic:
// one for each listener, each check and each name server.
func (i *Instance) Descriptors() int {
	n := i.Listeners()
	for _, r := range i.graph.Resolvers {
		n += len(r.Stats())
	}
	for _, r := range i.graph.Rings.All {
		if r.Proxy != nil {
			n += len(r.Proxy.Servers)
		}
	}
	for _, s := range i.graph.Peers {
		n += len(s.Peers)
	}
	for _, p := range i.graph.Proxies {
		for _, s := range p.Servers {
			if s.Check && s.Track == "" {
				n++
			}
			if s.Agent.Check {
				n++
			}
		}
	}
	return n
}

// Done is closed once the last session has ended after SoftStop or Stop.
func (i *Instance) Done() <-chan struct{} { return i.done }

// Dump writes the state of all servers, as SIGHUP asks for.
func (i *Instance) Dump(w io.Writer) {
	for _, p := range i.graph.Proxies {
		i.dumpProxy(w, p)
	}
}

// say prints a message about running traffic.
func (i *Instance) say(s diag.Severity, text string) {
	if i.options.Say != nil {
		i.options.Say(s, text)
	}
}
