package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"gohap/runtime/core"
)

// maxCommand is the longest line of commands, in bytes.
const maxCommand = 16384

// serveCLI accepts clients of the master CLI (management.txt 9.4) until the
// process is replaced or ends.
func (m *master) serveCLI() {
	for _, l := range m.cli {
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				s := &cliSession{m: m, c: c, level: l.level}
				go s.run()
			}
		}()
	}
}

// ask runs f in the master's loop, which owns the list of processes.
func (m *master) ask(f func()) {
	done := make(chan struct{})
	m.calls <- func() {
		defer close(done)
		f()
	}
	<-done
}

// cliSession is one client. Commands without a prefix go to the master, or to
// the process that a prefix alone has chosen.
type cliSession struct {
	m      *master
	c      net.Conn
	level  core.Level
	target int // pid of the chosen process, 0: the master
	prompt bool
	modes  [3]bool // experimental, expert, debug
	over   bool
}

// run serves the client: one line, or many once it has asked for a prompt.
func (s *cliSession) run() {
	defer s.c.Close()
	lines := bufio.NewReaderSize(s.c, maxCommand)
	for !s.over {
		line, err := lines.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			io.WriteString(s.c, "Command line too long.\n\n")
			return
		}
		if err != nil && len(line) == 0 {
			return
		}
		for command := range splitCommands(string(line)) {
			if s.command(command); s.prompt {
				io.WriteString(s.c, s.promptText())
			}
			if s.over {
				break
			}
		}
		if !s.prompt || err != nil {
			return
		}
	}
}

// splitCommands cuts a line at its semicolons that no backslash precedes.
func splitCommands(line string) func(func(string) bool) {
	return func(yield func(string) bool) {
		line = strings.TrimRight(line, "\r\n")
		start := 0
		for i := 0; i <= len(line); i++ {
			if i < len(line) && line[i] == '\\' {
				i++
				continue
			}
			if i < len(line) && line[i] != ';' {
				continue
			}
			command := strings.TrimSpace(line[start:i])
			if (command != "" || start == 0 && i == len(line)) && !yield(command) {
				return
			}
			start = i + 1
		}
	}
}

// promptText is what an interactive client sees before it types.
func (s *cliSession) promptText() string {
	who := "master"
	if s.target != 0 {
		who = fmt.Sprint(s.target)
	} else if s.m.memory.LastFailed {
		who = "master[ReloadFailed]"
	}
	flags := ""
	for i, letter := range []string{"x", "e", "d"} {
		if s.modes[i] {
			flags += letter
		}
	}
	if flags != "" {
		flags = "(" + flags + ")"
	}
	return who + flags + "> "
}

// command runs one command.
func (s *cliSession) command(text string) {
	target := s.target
	if strings.HasPrefix(text, "@") {
		prefix, rest, _ := strings.Cut(text, " ")
		pid, ok := s.find(prefix)
		if !ok {
			fmt.Fprintf(s.c, "Can't find the target PID matching the prefix '%s'\n", prefix)
			s.over = true
			return
		}
		if target, text = pid, strings.TrimSpace(rest); text == "" {
			s.target = pid
			return
		}
	} else if s.own(strings.Fields(text)) {
		return
	}
	if target == 0 {
		s.master(strings.Fields(text))
		return
	}
	s.relay(target, text)
}

// find gives the pid of a process by its prefix: 0 for the master.
func (s *cliSession) find(prefix string) (pid int, ok bool) {
	switch name := prefix[1:]; {
	case name == "" || name == "master" || name == "0":
		return 0, true
	case name == "1":
		s.m.ask(func() {
			if c := s.m.current(); c != nil && !c.old() {
				pid, ok = c.pid, true
			}
		})
		return pid, ok
	case name[0] == '!':
		s.m.ask(func() {
			for _, c := range s.m.list {
				if c.kind == 'w' && fmt.Sprint(c.pid) == name[1:] {
					pid, ok = c.pid, true
				}
			}
		})
		return pid, ok
	}
	return 0, false
}

// relay has a worker run a command, and passes its answer on.
func (s *cliSession) relay(pid int, text string) {
	var c net.Conn
	var err error
	s.m.ask(func() { c, err = s.m.connect(pid) })
	if err != nil {
		fmt.Fprintf(s.c, "Can't connect to the target PID %d\n", pid)
		s.over = true
		return
	}
	defer c.Close()
	before := ""
	switch s.level {
	case core.User:
		before = "user -;"
	case core.Operator:
		before = "operator -;"
	}
	for i, mode := range []string{"experimental-mode", "expert-mode"} {
		if s.modes[i] {
			before += mode + " on -;"
		}
	}
	c.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, before+text+"\n"); err != nil {
		return
	}
	c.(interface{ CloseWrite() error }).CloseWrite()
	io.Copy(s.c, c)
}
