package main

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ask sends commands to the master CLI and returns all it answers.
func (c contender) ask(t *testing.T, commands string) string {
	t.Helper()
	conn, err := net.Dial("unix", filepath.Join(c.dir, "master"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	io.WriteString(conn, commands)
	conn.(*net.UnixConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatalf("%q: %v", commands, err)
	}
	return string(answer)
}

var (
	uptimes  = regexp.MustCompile(`\d+d\d\dh\d\dm\d\ds`)
	versions = regexp.MustCompile(`2\.6\.\d+-[a-z0-9+.]+ *`)
)

// answers is what the master said, without what differs from run to run.
func (c contender) answers(r *running, text string) string {
	names := []string{fmt.Sprintf("%-15d", r.pid()), "M", fmt.Sprint(r.pid()), "M"}
	for i, pid := range workers(r) {
		names = append(names, fmt.Sprintf("%-15d", pid), fmt.Sprintf("W%d", i+1), fmt.Sprint(pid), fmt.Sprintf("W%d", i+1))
	}
	text = strings.NewReplacer(names...).Replace(text)
	text = strings.ReplaceAll(text, c.dir, "DIR")
	return versions.ReplaceAllString(uptimes.ReplaceAllString(text, "UPTIME"), "V")
}

// The master CLI answers as HAProxy's, before and after reloads.
func TestMasterCLI(t *testing.T) {
	first := []string{
		"show proc\n", "show version\n", "@1 show version\n", "@0 show version\n", "@ show version\n", "@master show version\n",
		"@2 show version\n", "@!1 show version\n", "@foo show version\n", "@1\n", "@1; show version; show version\n",
		"@1 show version; @ show proc\n", "@1 show version; show proc\n", "",
		"expert-mode on; experimental-mode on; mcli-debug-mode on\n",
		"prompt\nshow version\n@1\nshow version\n@\nshow proc\nquit\nfoo\n",
		"prompt; @1; show version; prompt; show version\n", "user; @1 show version\n",
		"prompt\nexpert-mode on\nexperimental-mode on\nmcli-debug-mode on\n@1\n@\nquit\n",
		"user;reload\n", "show cli level\n", "user; show cli level\n", "operator; show cli level\n", "show cli sockets\n",
	}
	told := map[string][]string{}
	for _, c := range contenders(t) {
		addr := freeAddr(t)
		c.write(t, "a.cfg", config(addr))
		c.write(t, "addr", addr)
		socket := filepath.Join(c.dir, "master")
		r := c.start(t, "-W", "-f", "a.cfg", "-S", socket+",mode,600,level,admin")
		r.wait(t, "Loading success.", 1)
		c.settled(t, r)
		hear := func(commands string) {
			told[c.name] = append(told[c.name], fmt.Sprintf("%q\n%s", commands, c.answers(r, c.ask(t, commands))))
		}
		for _, commands := range first {
			hear(commands)
		}
		hear(fmt.Sprintf("@!%d show version\n", workers(r)[0]))
		hear(fmt.Sprintf("@!%d show version\n", r.pid()))

		// A client keeps the first worker.
		client := visit(t, c)
		defer client.Close()
		hear("reload\n")
		r.wait(t, "Loading success.", 2)
		c.settled(t, r)
		hear("show proc\n")
		hear(fmt.Sprintf("@!%d show version\n", workers(r)[0]))
		c.write(t, "a.cfg", "bindx\n")
		r.signal(t, syscall.SIGUSR2)
		r.wait(t, "Loading failure!", 1)
		c.settled(t, r)
		hear("show proc\n")
		hear("prompt\nshow version\n")
	}
	for i, want := range told["haproxy"] {
		// Which process a command names is the one thing that cannot be equal.
		if got := told["gohap"][i]; pidIn.ReplaceAllString(got, "") != pidIn.ReplaceAllString(want, "") {
			t.Errorf("haproxy: %s\ngohap: %s", want, got)
		}
	}
}

var pidIn = regexp.MustCompile(`@!\d+`)

// What is typed before the end of a line without one still counts, and help
// lists the commands.
func TestMasterCLIHelp(t *testing.T) {
	c := gohapProgram(t)
	c.write(t, "a.cfg", config(freeAddr(t)))
	r := c.start(t, "-W", "-f", "a.cfg", "-S", filepath.Join(c.dir, "master"))
	r.wait(t, "Loading success.", 1)
	if got := c.ask(t, "show version"); got != version+"\n\n" {
		t.Errorf("%q", got)
	}
	help := c.ask(t, "help\n")
	for _, command := range masterCommands {
		if !strings.Contains(help, "\n  "+command.usage+" ") {
			t.Errorf("help lacks %q", command.usage)
		}
	}
	if got := c.ask(t, "foo\n"); !strings.HasPrefix(got, "Unknown command, but maybe one of the following ones is a better match:\n") || !strings.HasSuffix(got, "\n\n") {
		t.Errorf("%q", got)
	}
	if got := c.ask(t, "\n"); !strings.HasPrefix(got, "Unknown command. Please enter one of the following commands only:\n") {
		t.Errorf("%q", got)
	}
	if got := c.ask(t, "show pro\n"); !strings.Contains(got, "\n  show proc") || strings.Contains(got, "reload") {
		t.Errorf("%q", got)
	}
	if got := c.ask(t, strings.Repeat("x", maxCommand+1)); !strings.HasPrefix(got, "Command line too long.") {
		t.Errorf("%.80q", got)
	}
}

// Wrong -S stops the master before anything starts.
func TestMasterSocketErrors(t *testing.T) {
	for _, socket := range []string{"/nonexistent/x", "192.0.2.1:9999"} {
		told := map[string]string{}
		for _, c := range contenders(t) {
			c.write(t, "a.cfg", config(freeAddr(t)))
			r := c.start(t, "-W", "-f", "a.cfg", "-S", socket)
			told[c.name] = fmt.Sprintf("status %d\n%s", r.status(t), strings.ReplaceAll(r.stderr.String(), fmt.Sprint(r.pid()), "PID"))
			told[c.name] = announced.ReplaceAllString(told[c.name], "")
		}
		if told["haproxy"] != told["gohap"] {
			t.Errorf("haproxy: %s\ngohap: %s", told["haproxy"], told["gohap"])
		}
	}
}

var announced = regexp.MustCompile(`(?m)^\[NOTICE\].*\n`)
