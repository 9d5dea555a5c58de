package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/reload"
)

// masterCommands are those that the master runs itself, as "help" lists them.
var masterCommands = []struct{ usage, doc string }{
	{"@!<pid>", "run a command in the process with that pid"},
	{"@<relative pid>", "run a command in the worker with that number"},
	{"@master", "run a command in the master"},
	{"operator", "lower the level of this session to operator"},
	{"reload", "reload the configuration"},
	{"show cli level", "show the level of this session"},
	{"show cli sockets", "list the sockets of the runtime API"},
	{"show proc", "show the processes"},
	{"show version", "show the version of this process"},
	{"user", "lower the level of this session to user"},
	{"help [<command>]", "list matching or all commands"},
	{"prompt", "toggle interactive mode with prompt"},
	{"quit", "disconnect"},
}

// own runs what concerns the session itself, wherever commands go.
func (s *cliSession) own(words []string) bool {
	if len(words) == 0 {
		return false
	}
	switch words[0] {
	case "prompt":
		s.prompt = !s.prompt
	case "quit":
		s.over = true
	case "user":
		s.level = core.User
	case "operator":
		if s.level == core.Admin {
			s.level = core.Operator
		}
	case "experimental-mode", "expert-mode", "mcli-debug-mode":
		if s.level != core.Admin {
			return false
		}
		i := map[string]int{"experimental-mode": 0, "expert-mode": 1, "mcli-debug-mode": 2}[words[0]]
		if len(words) > 1 {
			s.modes[i] = words[1] == "on"
		}
	default:
		return false
	}
	return true
}

// master runs a command of the master's.
func (s *cliSession) master(words []string) {
	line := strings.Join(words, " ")
	switch {
	case line == "":
		s.help("Unknown command. Please enter one of the following commands only:", "")
	case line == "show version":
		s.answer(version)
	case line == "show proc":
		s.m.ask(func() { s.m.showProc(s.c) })
	case line == "show cli level":
		s.answer(map[core.Level]string{core.User: "user", core.Operator: "operator", core.Admin: "admin"}[s.level])
	case line == "show cli sockets":
		io.WriteString(s.c, "\n") // those of the workers: the master has none of its own
	case words[0] == "reload":
		if s.level == core.User {
			s.answer("Permission denied")
			return
		}
		s.over = true
		s.c.Close()
		s.m.ask(s.m.reload)
	case words[0] == "help":
		s.help("The following commands are valid at this level:", strings.Join(words[1:], " "))
	default:
		s.help("Unknown command, but maybe one of the following ones is a better match:", words[0])
	}
}

// answer writes one line, and the empty one that ends an answer.
func (s *cliSession) answer(text string) { io.WriteString(s.c, text+"\n\n") }

// help lists the commands that begin with a word, or all where none does, and
// always those about the session.
func (s *cliSession) help(title, word string) {
	var b strings.Builder
	b.WriteString(title + "\n")
	matching := false
	for _, c := range masterCommands {
		matching = matching || strings.HasPrefix(c.usage, word)
	}
	for i, c := range masterCommands {
		if !matching || i >= len(masterCommands)-3 || strings.HasPrefix(c.usage, word) {
			fmt.Fprintf(&b, "  %-40s: %s\n", c.usage, c.doc)
		}
	}
	s.answer(strings.TrimSuffix(b.String(), "\n"))
}

// connect reaches a worker's runtime API.
func (m *master) connect(pid int) (net.Conn, error) {
	for _, c := range m.list {
		if c.pid == pid && c.fd >= 0 {
			return reload.Connect(c.fd)
		}
	}
	return nil, os.ErrNotExist
}

// showProc lists the processes.
func (m *master) showProc(w io.Writer) {
	var b strings.Builder
	row := func(cells ...any) { fmt.Fprintf(&b, "%-15v %-15v %-15v %-15v %-15v\n", cells...) }
	row("#<PID>", "<type>", "<reloads>", "<uptime>", "<version>")
	row(m.self.pid, "master", fmt.Sprintf("%d [failed: %d]", m.self.reloads, m.self.failed), uptime(m.self.started), version)
	list := func(title string, kind byte, always, old bool) {
		for _, c := range m.list {
			if c.kind == kind && c.old() == old {
				if title != "" {
					b.WriteString(title + "\n")
				}
				title = ""
				if kind == 'p' {
					row(c.pid, c.id, c.reloads, uptime(c.started), "-")
				} else {
					row(c.pid, "worker", c.reloads, uptime(c.started), c.version)
				}
			}
		}
		if title != "" && always {
			b.WriteString(title + "\n")
		}
	}
	list("# workers", 'w', true, false)
	list("# old workers", 'w', false, true)
	list("# programs", 'p', true, false)
	list("# old programs", 'p', false, true)
	b.WriteString("\n")
	io.WriteString(w, b.String())
}
