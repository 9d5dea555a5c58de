package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// manager takes what a master tells the service manager.
type manager struct {
	path string
	c    *net.UnixConn
}

func newManager(t *testing.T) *manager {
	t.Helper()
	m := &manager{path: filepath.Join(shortDir(t), "notify")}
	var err error
	m.c, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.c.Close() })
	return m
}

// until collects messages up to one with that beginning, without the STATUS
// ones, which HAProxy 2.6 does not send.
func (m *manager) until(t *testing.T, last string) (messages []string, status string) {
	t.Helper()
	b := make([]byte, 4096)
	for {
		m.c.SetReadDeadline(time.Now().Add(patience))
		n, err := m.c.Read(b)
		if err != nil {
			t.Fatalf("after %q: %v", messages, err)
		}
		message := string(b[:n])
		if s, ok := strings.CutPrefix(message, "STATUS="); ok {
			status = s
		} else {
			messages = append(messages, message)
		}
		if strings.HasPrefix(message, last) {
			return messages, status
		}
	}
}

// The messages to systemd are HAProxy's, byte for byte.
func TestNotify(t *testing.T) {
	told := map[string][]string{}
	for _, c := range contenders(t) {
		m := newManager(t)
		c.env = append(c.env, "NOTIFY_SOCKET="+m.path)
		c.write(t, "a.cfg", config(freeAddr(t)))
		r := c.start(t, "-Ws", "-f", "a.cfg")
		hear := func(last, status string) {
			if c.name == "gohap" && status != "" {
				last = "STATUS="
			}
			got, s := m.until(t, last)
			if c.name == "gohap" && s != status {
				t.Errorf("status %q, want %q", s, status)
			}
			told[c.name] = append(told[c.name], strings.ReplaceAll(fmt.Sprintf("%q", got), fmt.Sprint(r.pid()), "PID"))
		}
		hear("READY=1", "Ready.")
		c.settled(t, r)
		r.signal(t, syscall.SIGUSR2)
		hear("READY=1", "Ready.")
		c.settled(t, r)
		c.write(t, "a.cfg", "bindx\n")
		r.signal(t, syscall.SIGUSR2)
		hear("READY=1", "Reload failed!")
		c.settled(t, r)
		r.signal(t, syscall.SIGTERM)
		if c.name == "haproxy" {
			r.status(t) // it says nothing more
			continue
		}
		hear("STOPPING=1", "")
		r.status(t)
	}
	for i, want := range told["haproxy"] {
		if got := told["gohap"][i]; got != want {
			t.Errorf("haproxy: %s\ngohap:   %s", want, got)
		}
	}
}

// A master keeps its pid and its command line over reloads; a worker's shows
// what it took over from.
func TestCommandLinesOverReload(t *testing.T) {
	told := map[string]string{}
	for _, c := range contenders(t) {
		c.write(t, "a.cfg", config(freeAddr(t)))
		r := c.start(t, "-W", "-f", "a.cfg", "-db")
		r.wait(t, "Loading success.", 1)
		c.settled(t, r)
		for n := range 3 {
			r.signal(t, syscall.SIGUSR2)
			r.wait(t, "Loading success.", n+2)
			c.settled(t, r)
			r.wait(t, "Former worker", n+1)
			c.settled(t, r)
		}
		pids := workers(r)
		text := commandLine(t, r.pid()) + "\n" + strings.ReplaceAll(commandLine(t, pids[3]), fmt.Sprint(pids[2]), "OLD")
		told[c.name] = pairNumber.ReplaceAllString(text, "sockpair@N")
		for _, pid := range append(pids[3:], r.pid()) {
			if comm := readProc(t, pid, "comm"); comm != "haproxy\n" {
				t.Errorf("%s: process called %q", c.name, comm)
			}
		}
	}
	if told["haproxy"] != told["gohap"] {
		t.Errorf("haproxy:\n%s\ngohap:\n%s", told["haproxy"], told["gohap"])
	}
}

var pairNumber = regexp.MustCompile(`sockpair@\d+`)

func readProc(t *testing.T, pid int, name string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func commandLine(t *testing.T, pid int) string {
	t.Helper()
	return strings.ReplaceAll(readProc(t, pid, "cmdline"), "\x00", " ")
}
