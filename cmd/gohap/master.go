package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gohap/runtime/reload"
)

// handled are the signals that processes of this program act on.
var handled = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2,
	syscall.SIGTTOU, syscall.SIGTTIN, syscall.SIGCHLD}

// master watches the worker and replaces it when it is told to. It never reads
// the configuration; a worker that has read it says how it wants to be watched.
//
// To reload it executes itself anew, so that an upgraded program takes over with
// the configuration, starts a worker that takes the sockets of the one before,
// and executes itself once more with its first command line. Its pid stays. What
// it has to remember goes through the environment. In between it does not listen
// to signals: they are blocked since before the first execution, and wait in the
// kernel for the last.
type master struct {
	p       *process
	signals <-chan os.Signal
	self    *child
	list    []*child // all processes, self included
	memory  memory
	cli     []*cliListener
	calls   chan func() // to run in the loop, from the master CLI

	leaving bool // told to stop
	code    int  // the exit status so far
}

// memory is what only this program knows of a master, between two executions.
type memory struct {
	// Reloads is the master's count when this was written. HAProxy, had it been
	// the master in between, would have passed this on, and counted further.
	Reloads int
	Report  report
	// Pending are signals that came right before the program was replaced.
	Pending []syscall.Signal
	// CLI are the descriptors of the listening sockets of -S, in order.
	CLI []int
	// LastFailed tells that the last reload did not work.
	LastFailed bool
}

const memoryVariable = "GOHAP_MASTER"

// runMaster is the whole life of a master, or of one of its executions. e is the
// configuration where it had to be read to know that there is to be a master.
func (p *process) runMaster(e engine) int {
	m := &master{p: p, calls: make(chan func())}
	resumed, waiting := resumed(), os.Getenv(waitVariable) != ""
	if !resumed || waiting {
		m.signals = catch(syscall.SIGCHLD)
	}
	m.recall()
	os.Setenv("HAPROXY_MWORKER", "1")
	if !waiting {
		m.notify("RELOADING=1")
	}
	if !m.listen(!resumed) {
		return 1
	}
	status := "Ready."
	if !waiting {
		ok := m.startWorker(e != nil || p.role.Told, resumed)
		if !ok && !resumed {
			return m.code
		}
		if resumed {
			m.settle(ok)
			m.execute(false)
		}
		p.role.ready(m.memory.Report)
		if p.role.Kind == daemonRole {
			leaveTerminal()
		}
	}
	if m.memory.LastFailed {
		status = "Reload failed!"
	}
	m.notifyReady(status)
	p.say.reset(os.Getpid())
	m.serveCLI()
	return m.loop()
}

// recall takes up what the execution before left in the environment.
func (m *master) recall() {
	m.list = decodeChildren(os.Getenv(processesVariable))
	for _, c := range m.list {
		if c.kind == 'm' {
			m.self = c
		}
		if c.fd >= 0 {
			unix.CloseOnExec(c.fd)
		}
	}
	if m.self == nil {
		m.self = &child{kind: 'm', fd: -1, started: time.Now()}
		m.list = append(m.list, m.self)
	}
	m.self.pid = os.Getpid()
	json.Unmarshal([]byte(os.Getenv(memoryVariable)), &m.memory)
	if m.memory.Reloads != m.self.reloads {
		m.memory = memory{}
	}
	for _, v := range []string{memoryVariable, reexecVariable, waitVariable, processesVariable} {
		os.Unsetenv(v)
	}
}

// settle counts a reload as done.
func (m *master) settle(ok bool) {
	m.memory.LastFailed = !ok
	if ok {
		m.self.failed = 0
	} else {
		m.p.say.text.Preamble = nil
		m.p.say.warning("Loading failure!")
		for _, c := range m.list {
			c.failed++
		}
	}
	if limit := m.memory.Report.MaxReloads; limit > 0 {
		for _, c := range m.list {
			if c.kind == 'w' && c.old() && c.reloads > limit {
				syscall.Kill(c.pid, syscall.SIGTERM)
			}
		}
	}
}

// startWorker starts a worker that takes over from those there are, and waits
// until it serves.
func (m *master) startWorker(told, reloading bool) bool {
	ends, err := reload.NewPair()
	if err != nil {
		m.p.say.mainAlert("Cannot create worker master socketpair.")
		m.code = 1
		return false
	}
	defer unix.Close(ends[1])
	argv, end := m.p.opts.argv, func() {}
	if reloading {
		argv = m.takeover()
		if c := m.current(); c != nil && c.fd >= 0 {
			end = keep(c.fd)
		}
	}
	os.Setenv(processesVariable, encodeChildren(m.list))
	pid, ready, err := m.p.spawn(role{Kind: workerRole, Told: told, Pair: ends[1], Detached: m.p.role.Kind == daemonRole}, argv, false)
	os.Unsetenv(processesVariable)
	end()
	if err != nil {
		unix.Close(ends[0])
		m.p.say.mainAlert("Cannot fork.")
		m.code = 1
		return false
	}
	defer ready.Close()
	if json.NewDecoder(ready).Decode(&m.memory.Report) != nil {
		unix.Close(ends[0])
		var status unix.WaitStatus
		for {
			if _, err := unix.Wait4(pid, &status, 0, nil); err != unix.EINTR {
				break
			}
		}
		m.code = max(exitCode(status), 1)
		return false
	}
	worker := &child{kind: 'w', pid: pid, fd: ends[0], started: time.Now(), version: version}
	m.list = append(append([]*child{worker}, m.startPrograms(reloading)...), m.list...)
	m.p.say.notice("New worker (%d) forked", pid)
	m.p.say.notice("Loading success.")
	return true
}

// current is the newest worker.
func (m *master) current() *child {
	for _, c := range m.list {
		if c.kind == 'w' && !c.old() {
			return c
		}
	}
	for _, c := range m.list {
		if c.kind == 'w' {
			return c
		}
	}
	return nil
}

// takeover is the command line of a process that takes over from the workers,
// in HAProxy's form.
func (m *master) takeover() []string {
	argv := []string{m.p.opts.argv[0]}
	var pids []string
	for _, c := range m.list {
		if c.kind == 'w' {
			pids = append(pids, strconv.Itoa(c.pid))
		}
	}
	if len(pids) > 0 {
		argv = append(append(argv, "-sf"), pids...)
	}
	if c := m.current(); c != nil && c.fd >= 0 {
		argv = append(argv, "-x", "sockpair@"+strconv.Itoa(c.fd))
	}
	return append(argv, m.plain()[1:]...)
}

// plain is the command line without what is about older processes.
func (m *master) plain() []string {
	argv := m.p.opts.argv[:1:1]
	for args := m.p.opts.argv[1:]; len(args) > 0; args = args[1:] {
		switch {
		case args[0] == "--":
			return append(argv, args...)
		case args[0] == "-sf" || args[0] == "-st":
			for len(args) > 1 && !strings.HasPrefix(args[1], "-") {
				args = args[1:]
			}
		case strings.HasPrefix(args[0], "-x") && len(args) > 1:
			args = args[1:]
		case strings.HasPrefix(args[0], "-") && len(args[0]) > 1 && valued(args[0]) && len(args) > 1, args[0] == "-cc" && len(args) > 1:
			argv = append(argv, args[0], args[1])
			args = args[1:]
		default:
			argv = append(argv, args[0])
		}
	}
	return argv
}
