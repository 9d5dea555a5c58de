package main

import (
	"os"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/reload"
)

// serve is the process that traffic flows through: the only one, a daemon or a
// master's worker. It returns the exit status once everything has ended.
func (p *process) serve(files []string, e engine) int {
	signals := catch()
	code := 0
	if p.role.Kind == workerRole {
		os.Setenv("HAPROXY_MWORKER", "1")
		p.opts.master = true // if not by the command line, by the configuration
	}
	if e == nil {
		if e, code = p.compile(files, !p.role.Told); e == nil {
			return code
		}
	}
	g := e.Settings()
	p.tell(g)
	if !p.limit(e) || !p.bind(e) || !p.writePIDFile(g) || !p.dropPrivileges(g) {
		return 1
	}
	p.say.started()
	e.StartupLogs(p.say.kept.String())
	e.Start()
	stopped := make(chan struct{})
	if p.role.Kind == workerRole {
		go p.serveMaster(e, stopped)
	}
	p.role.ready(p.report(g))
	if p.role.Kind == daemonRole || p.role.Detached {
		leaveTerminal()
	}
	return p.attend(e, signals, stopped)
}

// report is what there is to tell whoever started this process.
func (p *process) report(g *core.Global) report {
	r := report{NoExitOnFailure: g.NoExitOnFailure, MaxReloads: g.MaxReloads}
	if p.role.Kind == workerRole && len(g.Programs) > 0 {
		r.Programs, r.Environ = g.Programs, g.Environ
		if addrs := os.Getenv("HAPROXY_CLI"); addrs != "" {
			r.Environ = append(r.Environ, "HAPROXY_CLI="+addrs)
		}
	}
	return r
}

// tell puts into the environment what configurations and programs started later
// may want to know.
func (p *process) tell(g *core.Global) {
	var addrs []string
	for _, l := range g.StatsSockets {
		addrs = append(addrs, l.Addr.String())
	}
	if p.role.Kind == workerRole {
		addrs = append(addrs, "sockpair@"+strconv.Itoa(p.role.Pair))
	}
	if len(addrs) > 0 {
		os.Setenv("HAPROXY_CLI", strings.Join(addrs, ";"))
	}
}

// serveMaster answers what the master asks through the pair. The pair's end is
// the master's: stopped is closed then, because nobody watches this process any
// more and a new master would know nothing of it.
func (p *process) serveMaster(e engine, stopped chan<- struct{}) {
	defer close(stopped)
	pair, err := reload.Pair(p.role.Pair)
	if err != nil {
		return
	}
	for {
		c, err := reload.Accept(pair)
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			e.ServeAPI(c)
		}()
	}
}
