package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"gohap/runtime/core"
)

// startPrograms starts what the program sections of a new worker's configuration
// ask for (configuration.txt 3.7), and tells the programs before to leave.
func (m *master) startPrograms(reloading bool) (started []*child) {
	r := &m.memory.Report
	list := r.Programs
	environ := slices.DeleteFunc(r.Environ, func(v string) bool { return strings.HasPrefix(v, processesVariable+"=") })
	r.Programs, r.Environ = nil, nil
	for _, c := range m.list {
		if c.kind == 'p' {
			syscall.Kill(c.pid, syscall.SIGUSR1)
		}
	}
	for _, s := range list {
		if reloading && s.Stays {
			continue
		}
		pid, err := m.p.spawnProgram(s, environ)
		if err != nil {
			m.p.say.mainAlert("Cannot fork program '%s'.", s.Name)
			continue
		}
		started = append(started, &child{kind: 'p', pid: pid, fd: -1, started: time.Now(), id: s.Name})
		m.p.say.notice("New program '%s' (%d) forked", s.Name, pid)
	}
	return started
}

// spawnProgram starts this program anew, to become another one: what has to be
// done before that, between fork and exec, Go has no place for.
func (p *process) spawnProgram(s *core.Program, environ []string) (pid int, err error) {
	r := role{Kind: programRole, Pair: -1, Parent: os.Getpid(), Program: s}
	return syscall.ForkExec(absolute(p.dir, p.exe), p.opts.argv, &syscall.ProcAttr{
		Env: r.environ(environ), Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{},
	})
}

// become turns this process into a section's program. It returns the exit status
// of the attempt.
func (p *process) become(s *core.Program) int {
	name := s.Command[0]
	// The master may have been started with signals blocked or ignored; SIGUSR2
	// and SIGPIPE are ignored by HAProxy's programs too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	signal.Ignore(syscall.SIGUSR2, syscall.SIGPIPE)
	if s.GID >= 0 {
		if groups, _ := syscall.Getgroups(); len(groups) > 0 && syscall.Setgroups(nil) != nil {
			p.say.warning("[%s.main()] Failed to drop supplementary groups. Using 'gid'/'group' without 'uid'/'user' is generally useless.", name)
		}
		if syscall.Setgid(s.GID) != nil {
			p.say.alert("[%s.main()] Cannot set gid %d.", name, s.GID)
			return 1
		}
	}
	if s.UID >= 0 && syscall.Setuid(s.UID) != nil {
		p.say.alert("[%s.main()] Cannot set uid %d.", name, s.UID)
		return 1
	}
	unblockHere(handled...)
	p.say.alert("Cannot execute %s: %s", name, reason(execute(s.Command)))
	return 1
}

// execute replaces this process by a command, which is looked up in PATH unless
// its name has a slash. It returns why it could not.
func execute(argv []string) error {
	if strings.Contains(argv[0], "/") {
		return executeFile(argv[0], argv)
	}
	path, ok := os.LookupEnv("PATH")
	if !ok {
		path = "/bin:/usr/bin"
	}
	result := error(syscall.ENOENT)
	for _, dir := range filepath.SplitList(path) {
		switch err := executeFile(filepath.Join(dir, argv[0]), argv); err {
		case syscall.ENOENT, syscall.ENOTDIR:
		case syscall.EACCES:
			result = err // others may have one that can be run
		default:
			return err
		}
	}
	return result
}

// executeFile executes one file. One that the kernel does not know is the
// shell's.
func executeFile(path string, argv []string) error {
	err := syscall.Exec(path, argv, os.Environ())
	if err == syscall.ENOEXEC {
		err = syscall.Exec("/bin/sh", append([]string{"sh", path}, argv[1:]...), os.Environ())
	}
	return err
}
