package main

import (
	"encoding/json"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// loop acts on signals, and on what clients of the master CLI ask, until no
// worker or program is left. It returns the exit status.
func (m *master) loop() int {
	pending := m.memory.Pending
	m.memory.Pending = nil
	for _, s := range pending {
		m.signal(s)
	}
	for m.reap(); m.children() > 0; m.reap() {
		select {
		case s := <-m.signals:
			m.signal(s.(syscall.Signal))
		case f := <-m.calls:
			f()
		}
	}
	m.p.say.warning("All workers exited. Exiting... (%d)", m.code)
	return m.code
}

// children counts the workers and programs.
func (m *master) children() int {
	n := 0
	for _, c := range m.list {
		if c.kind != 'm' {
			n++
		}
	}
	return n
}

func (m *master) signal(s syscall.Signal) {
	switch s {
	case syscall.SIGUSR2, syscall.SIGHUP:
		if !m.leaving {
			m.reload()
		}
	case syscall.SIGTERM, syscall.SIGINT, syscall.SIGUSR1:
		if !m.leaving {
			m.leaving = true
			m.notify("STOPPING=1")
			m.p.say.warning("Exiting Master process...")
		}
		m.broadcast(s)
	case syscall.SIGTTOU, syscall.SIGTTIN:
		m.broadcast(s)
	}
}

// broadcast sends a signal to all workers and programs.
func (m *master) broadcast(s syscall.Signal) {
	for _, c := range m.list {
		if c.kind != 'm' {
			syscall.Kill(c.pid, s)
		}
	}
}

// reload begins a new execution that starts a new worker. It does not return.
func (m *master) reload() {
	m.p.say.notice("Reloading HAProxy")
	m.notify("RELOADING=1")
	for _, c := range m.list {
		c.reloads++
	}
	m.execute(true)
}

// execute replaces this execution of the master by the next one: with a worker
// to start, or only to wait. Should that be impossible, this one goes on.
func (m *master) execute(start bool) {
	argv := m.plain()
	if start {
		argv = m.takeover()
	}
	for _, c := range m.list {
		if c.fd >= 0 {
			defer keep(c.fd)()
		}
	}
	m.memory.CLI = nil
	for _, l := range m.cli {
		fd := l.keepFD()
		m.memory.CLI = append(m.memory.CLI, fd)
		if fd >= 0 {
			defer keep(fd)()
		}
	}
	os.Chdir(m.p.dir)
	// Signals wait until the next execution listens to them, but for three that
	// the Go runtime lets through before that. SIGTERM and SIGINT end the
	// process then, and the workers follow it. SIGHUP must not.
	blockHere(handled...)
	for len(m.signals) > 0 {
		m.memory.Pending = append(m.memory.Pending, (<-m.signals).(syscall.Signal))
	}
	m.memory.Reloads = m.self.reloads
	text, _ := json.Marshal(m.memory)
	env := append(os.Environ(), reexecVariable+"=1", processesVariable+"="+encodeChildren(m.list), memoryVariable+"="+string(text))
	if !start {
		env = append(env, waitVariable+"=1")
	}
	signal.Ignore(syscall.SIGHUP)
	err := syscall.Exec(absolute(m.p.dir, m.p.exe), argv, env)
	m.signals = catch(syscall.SIGCHLD)
	unblockHere(handled...)
	m.p.say.warning("Failed to reexecute the master process [%d]: %s", os.Getpid(), reason(err))
}

// reap takes note of workers and programs that have ended.
func (m *master) reap() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		if err == unix.EINTR {
			continue
		}
		if err == unix.ECHILD {
			m.lose()
		}
		if err != nil || pid <= 0 {
			return
		}
		m.ended(pid, exitCode(status))
	}
}

// lose forgets processes that cannot be waited for: they are not ours, or an
// execution before has waited for them.
func (m *master) lose() {
	m.list = slices.DeleteFunc(m.list, func(c *child) bool { return c.kind != 'm' })
}

// ended forgets a process, says so, and ends the others when it was the one that
// served.
func (m *master) ended(pid, code int) {
	i := slices.IndexFunc(m.list, func(c *child) bool { return c.pid == pid && c.kind != 'm' })
	if i < 0 {
		return
	}
	c := m.list[i]
	if c.fd >= 0 {
		unix.Close(c.fd)
	}
	m.list = slices.Delete(m.list, i, i+1)
	how := "Exit"
	if code > 128 {
		how = signalName(syscall.Signal(code - 128))
	}
	what := "worker"
	if c.kind == 'p' {
		what = "program '" + c.id + "'"
	}
	if c.old() {
		m.p.say.warning("Former %s (%d) exited with code %d (%s)", what, pid, code, how)
		return
	}
	say := m.p.say.warning
	if code > 128 || c.kind == 'p' {
		say = m.p.say.alert
	}
	say("Current %s (%d) exited with code %d (%s)", what, pid, code, how)
	clean := code == 0 || code == 128+int(syscall.SIGTERM) || code == 128+int(syscall.SIGINT)
	if code != 128+int(syscall.SIGTERM) && m.code == 0 {
		m.code = code
	}
	if !clean && !m.memory.Report.NoExitOnFailure {
		m.p.say.alert("exit-on-failure: killing every processes with SIGTERM")
		m.leaving = true
		m.broadcast(syscall.SIGTERM)
	}
}

// uptime is how long a process has run, as "show proc" has it.
func uptime(since time.Time) string {
	s := max(int(time.Since(since).Seconds()), 0)
	return strconv.Itoa(s/86400) + "d" + two(s/3600%24) + "h" + two(s/60%60) + "m" + two(s%60) + "s"
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
