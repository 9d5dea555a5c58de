package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"gohap/parser/diag"
)

// console is where a process says things: stderr, in HAProxy's form. Its
// methods may be called by several goroutines, except those that change it.
type console struct {
	text diag.Text
	out  io.Writer
	// kept is what was said until traffic flows, at most keptMost bytes.
	kept strings.Builder
	p    *process
}

// newConsole makes the console of a process that starts. A worker that reads
// its configuration speaks in its master's name: to whom it was told to read
// it, both are one program.
func newConsole(out io.Writer, p *process) *console {
	c := &console{out: out, p: p}
	pid := os.Getpid()
	if p.role.Kind == workerRole {
		pid = p.role.Parent
	}
	c.reset(pid)
	return c
}

// reset starts over: the version and the executable are announced before the
// next warning or alert.
func (c *console) reset(pid int) {
	out := c.out
	if c.p.opts != nil && c.p.opts.quiet && !c.p.opts.verbose {
		out = io.Discard
	}
	c.text = diag.Text{W: io.MultiWriter(out, keeper{c}), PID: pid, Preamble: c.announce}
	if c.p.opts != nil && c.p.opts.diagMode {
		c.text.Show = func(diag.Severity) bool { return true }
	}
}

// started leaves the stage where the version is announced.
func (c *console) started() {
	c.reset(os.Getpid())
	c.text.Preamble = nil
	out := c.out
	if c.p.opts.quiet && !c.p.opts.verbose {
		out = io.Discard
	}
	c.text.W = out
}

// keptMost bounds what is kept for "show startup-logs".
const keptMost = 65536

// keeper keeps what is said.
type keeper struct{ *console }

func (k keeper) Write(p []byte) (int, error) {
	k.kept.Write(p[:min(len(p), keptMost-k.kept.Len())])
	return len(p), nil
}

func (c *console) announce(print func(diag.Severity, string)) {
	print(diag.Notice, "haproxy version is "+version)
	print(diag.Notice, "path to executable is "+c.p.exe)
}

func (c *console) say(s diag.Severity, format string, args ...any) {
	c.text.Write(diag.Diagnostic{Severity: s, Message: fmt.Sprintf(format, args...)})
}

// runtime says what happens while traffic flows.
func (c *console) runtime(s diag.Severity, message string) { c.say(s, "%s", message) }

func (c *console) alert(format string, args ...any)   { c.say(diag.Alert, format, args...) }
func (c *console) warning(format string, args ...any) { c.say(diag.Warning, format, args...) }
func (c *console) notice(format string, args ...any)  { c.say(diag.Notice, format, args...) }

// mainAlert is an alert about starting up, which HAProxy marks so.
func (c *console) mainAlert(format string, args ...any) {
	c.alert("[%s.main()] %s", c.p.opts.name(), fmt.Sprintf(format, args...))
}

// print writes what is asked for on stdout, unless everything is to be quiet.
func (c *console) print(format string, args ...any) {
	if !c.p.opts.quiet || c.p.opts.verbose {
		fmt.Fprintf(os.Stdout, format, args...)
	}
}
