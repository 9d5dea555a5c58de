package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

var forked = regexp.MustCompile(`New worker \((\d+)\) forked`)

// story is what a master and its workers said, in no order: several processes
// write at once. The master is M, its workers W1, W2, ….
func (c contender) story(r *running) string {
	text := r.stderr.String()
	names := []string{fmt.Sprintf("(%d)", r.pid()), "(M)"}
	for i, m := range forked.FindAllStringSubmatch(text, -1) {
		names = append(names, "("+m[1]+")", fmt.Sprintf("(W%d)", i+1))
	}
	text = cumulated.ReplaceAllString(strings.NewReplacer(names...).Replace(text), "")
	// haproxy does not always get to say this.
	text = leftByItself.ReplaceAllString(text, "")
	lines := strings.Split(strings.TrimSuffix(c.normal(text), "\n"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// settled waits until a master hears signals. haproxy ignores them for a moment
// after it has started a worker; gohap, which comes to itself again after a
// reload, may be ended by some.
func (c contender) settled(t *testing.T, r *running) {
	t.Helper()
	last := syscall.SIGUSR2
	if c.name == "gohap" {
		last = syscall.SIGHUP
		if !strings.Contains(r.stderr.String(), "Reloading") {
			return
		}
	}
	eventually(t, "the master waits", func() bool {
		environ, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", r.pid()))
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.pid()))
		m := caught.FindSubmatch(status)
		if m == nil || !strings.Contains(string(environ), "HAPROXY_MWORKER_WAIT_ONLY=1") {
			return false
		}
		set, _ := strconv.ParseUint(string(m[1]), 16, 64)
		return set>>(last-1)&1 != 0
	})
}

var caught = regexp.MustCompile(`SigCgt:\s*([0-9a-f]+)`)

// workers are the pids of the workers so far, in order.
func workers(r *running) (pids []int) {
	for _, m := range forked.FindAllStringSubmatch(r.stderr.String(), -1) {
		pid, _ := strconv.Atoi(m[1])
		pids = append(pids, pid)
	}
	return pids
}

// Whatever happens to a master and its workers, what they say and the exit
// status are HAProxy's.
func TestMasterTells(t *testing.T) {
	one := func(s syscall.Signal) func(*testing.T, contender, *running) {
		return func(t *testing.T, c contender, r *running) { r.signal(t, s) }
	}
	worker := func(s syscall.Signal) func(*testing.T, contender, *running) {
		return func(t *testing.T, c contender, r *running) { syscall.Kill(workers(r)[0], s) }
	}
	reload := func(t *testing.T, c contender, r *running) {
		r.signal(t, syscall.SIGUSR2)
		r.wait(t, "Loading success.", 2)
		r.wait(t, "Former worker", 1)
		c.settled(t, r)
	}
	for name, act := range map[string]func(*testing.T, contender, *running){
		"TERM": one(syscall.SIGTERM),
		"INT":  one(syscall.SIGINT),
		"USR1": one(syscall.SIGUSR1),
		"HUP reloads": func(t *testing.T, c contender, r *running) {
			r.signal(t, syscall.SIGHUP)
			r.wait(t, "Loading success.", 2)
			r.wait(t, "Former worker", 1)
			c.settled(t, r)
			r.signal(t, syscall.SIGTERM)
		},
		"worker killed": worker(syscall.SIGKILL),
		"worker TERM":   worker(syscall.SIGTERM),
		"worker INT":    worker(syscall.SIGINT),
		"worker USR1":   worker(syscall.SIGUSR1),
		"pause and dump": func(t *testing.T, c contender, r *running) {
			r.signal(t, syscall.SIGTTOU)
			r.wait(t, "Paused frontend f", 1)
			r.signal(t, syscall.SIGTTIN)
			r.wait(t, "Resumed frontend f", 1)
			syscall.Kill(workers(r)[0], syscall.SIGHUP)
			r.wait(t, "Proxy f has no servers", 1)
			r.signal(t, syscall.SIGTERM)
		},
		"reload": func(t *testing.T, c contender, r *running) {
			reload(t, c, r)
			r.signal(t, syscall.SIGTERM)
		},
		"reload of nonsense": func(t *testing.T, c contender, r *running) {
			good, _ := os.ReadFile(filepath.Join(c.dir, "a.cfg"))
			c.write(t, "a.cfg", "frontend f\n  mode http\n  bindx :80\n")
			r.signal(t, syscall.SIGUSR2)
			r.wait(t, "Loading failure!", 1)
			c.settled(t, r)
			c.write(t, "a.cfg", string(good))
			reload(t, c, r)
			r.signal(t, syscall.SIGTERM)
		},
		"reload onto a taken port": func(t *testing.T, c contender, r *running) {
			l, err := net.Listen("tcp4", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			c.write(t, "a.cfg", config(l.Addr().String()))
			r.signal(t, syscall.SIGUSR2)
			r.wait(t, "Loading failure!", 1)
			c.settled(t, r)
			r.wait(t, "Resumed frontend f", 1)
			r.signal(t, syscall.SIGINT)
		},
		"former worker killed": func(t *testing.T, c contender, r *running) {
			conn := visit(t, c)
			defer conn.Close()
			r.signal(t, syscall.SIGUSR2)
			r.wait(t, "Loading success.", 2)
			r.wait(t, "Proxy f stopped", 1)
			syscall.Kill(workers(r)[0], syscall.SIGKILL)
			r.wait(t, "Former worker", 1)
			c.settled(t, r)
			r.signal(t, syscall.SIGTERM)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tell := func(c contender) (status int, story string) {
				addr := freeAddr(t)
				c.write(t, "a.cfg", config(addr))
				c.write(t, "addr", addr)
				r := c.start(t, "-W", "-f", "a.cfg")
				r.wait(t, "Loading success.", 1)
				c.settled(t, r)
				act(t, c, r)
				status = r.status(t)
				return status, fmt.Sprintf("status %d\n%s", status, c.story(r))
			}
			told := map[string]string{}
			for _, c := range contenders(t) {
				status, story := tell(c)
				const crashed = 128 + int(syscall.SIGSEGV)
				for tries := 1; c.name == "haproxy" && status == crashed && tries < 3; tries++ {
					// A worker of HAProxy's sometimes crashes where it stops.
					status, story = tell(c)
				}
				told[c.name] = story
			}
			if told["gohap"] != told["haproxy"] {
				t.Errorf("haproxy:\n%s\ngohap:\n%s", told["haproxy"], told["gohap"])
			}
		})
	}
}

// visit connects to the program and sees to it that it is served.
func visit(t *testing.T, c contender) net.Conn {
	t.Helper()
	addr, err := os.ReadFile(filepath.Join(c.dir, "addr"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", string(addr))
	if err != nil {
		t.Fatal(err)
	}
	if c.name == "haproxy" {
		// Its answer to nonsense comes before the end of the request.
		io.WriteString(conn, "GET / HTTP/1.1\r\nhost: a\r\n\r\nGET")
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A process without a master: what it says about signals, and how it ends.
func TestAloneTells(t *testing.T) {
	for name, c := range map[string]struct {
		signals []syscall.Signal
		say     []string
	}{
		"USR1":          {[]syscall.Signal{syscall.SIGUSR1}, []string{"Proxy f stopped"}},
		"TERM":          {[]syscall.Signal{syscall.SIGTERM}, []string{""}},
		"pause, resume": {[]syscall.Signal{syscall.SIGTTOU, syscall.SIGTTIN, syscall.SIGUSR1}, []string{"Paused frontend", "Resumed frontend", "Proxy f stopped"}},
		"dump":          {[]syscall.Signal{syscall.SIGHUP, syscall.SIGUSR2, syscall.SIGTERM}, []string{"Proxy f has no servers", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			told := map[string]string{}
			for _, p := range contenders(t) {
				addr := freeAddr(t)
				p.write(t, "a.cfg", config(addr))
				r := p.start(t, "-db", "-f", "a.cfg")
				serving(t, addr)
				for i, s := range c.signals {
					r.signal(t, s)
					if c.say[i] != "" {
						r.wait(t, c.say[i], 1)
					}
				}
				told[p.name] = fmt.Sprintf("status %d\n%s", r.status(t), cumulated.ReplaceAllString(p.normal(r.stderr.String()), ""))
			}
			if told["gohap"] != told["haproxy"] {
				t.Errorf("haproxy:\n%s\ngohap:\n%s", told["haproxy"], told["gohap"])
			}
		})
	}
}

var (
	cumulated    = regexp.MustCompile(` \(cumulated.*\)| Conn: act.*`)
	leftByItself = regexp.MustCompile(`(?m)^.*Current worker \(W\d+\) exited with code 0 \(Exit\)\n`)
)

// serving waits until somebody accepts connections.
func serving(t *testing.T, addr string) {
	t.Helper()
	eventually(t, "listening on "+addr, func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// An interrupt is the user's wish: success.
func TestInterrupt(t *testing.T) {
	c := gohapProgram(t)
	addr := freeAddr(t)
	c.write(t, "a.cfg", config(addr))
	r := c.start(t, "-f", "a.cfg")
	serving(t, addr)
	r.signal(t, syscall.SIGINT)
	if status := r.status(t); status != 0 {
		t.Errorf("status %d", status)
	}
}
