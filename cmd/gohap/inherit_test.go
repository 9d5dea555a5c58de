package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// A listening socket that the parent opened, named in the configuration by
// "fd@${NAME}", reaches the process that serves in every role, and over reloads.
func TestInheritedSocket(t *testing.T) {
	for _, args := range [][]string{{"-db"}, {"-W"}, {"-D", "-p", "pid"}, {"-W", "-D", "-p", "pid"}} {
		t.Run(fmt.Sprint(args), func(t *testing.T) {
			c := gohapProgram(t)
			l, err := net.Listen("tcp4", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			f, err := l.(*net.TCPListener).File()
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			c.write(t, "a.cfg", config(`"fd@${FD_WEB}"`))
			cmd := exec.Command(c.path, append(args, "-f", "a.cfg")...)
			cmd.Args[0] = "haproxy"
			cmd.Env, cmd.Dir = append(c.env, "FD_WEB=4"), c.dir
			// 3 goes to somebody else, so that numbers cannot fit by accident.
			null, err := os.Open(os.DevNull)
			if err != nil {
				t.Fatal(err)
			}
			defer null.Close()
			cmd.ExtraFiles = []*os.File{null, f}
			r := startCommand(t, cmd)
			main := r.pid()
			if args[len(args)-1] == "pid" {
				if r.status(t) != 0 {
					t.Fatal(r.stderr.String())
				}
				main = c.pidIn(t, "pid")
			}
			l.Close()
			first := visitor(t, l.Addr().String())
			if args[0] == "-db" || len(args) == 3 {
				if first != main {
					t.Errorf("%d answers, want %d", first, main)
				}
				syscall.Kill(main, syscall.SIGTERM)
				return
			}
			for range 2 {
				syscall.Kill(main, syscall.SIGUSR2)
				eventually(t, "a new worker answers", func() bool {
					next := visitor(t, l.Addr().String())
					changed := next != first
					first = next
					return changed
				})
			}
			syscall.Kill(main, syscall.SIGTERM)
		})
	}
}

// visitor asks who answers.
func visitor(t *testing.T, addr string) int {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return served(t, c)
}

// A worker whose master is gone ends: a new master would not know of it.
func TestOrphanedWorker(t *testing.T) {
	for _, c := range contenders(t) {
		c.write(t, "a.cfg", config(freeAddr(t)))
		r := c.start(t, "-W", "-f", "a.cfg")
		r.wait(t, "Loading success.", 1)
		worker := workers(r)[0]
		r.signal(t, syscall.SIGKILL)
		eventually(t, c.name+"'s worker ends", func() bool { return gone(worker) })
	}
}

// Reloading over and over leaves no descriptor behind, neither in the master nor
// in the worker, and no process.
func TestReloadsLeakNothing(t *testing.T) {
	c := gohapProgram(t)
	addr := freeAddr(t)
	c.write(t, "a.cfg", config(addr))
	r := c.start(t, "-W", "-f", "a.cfg", "-S", c.dir+"/master")
	count := func(pid int) int {
		entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	reload := func(n int) int {
		r.signal(t, syscall.SIGUSR2)
		r.wait(t, "Loading success.", n+1)
		r.wait(t, "Former worker", n)
		c.settled(t, r)
		pids := workers(r)
		return pids[len(pids)-1]
	}
	r.wait(t, "Loading success.", 1)
	worker := reload(1)
	masterFDs, workerFDs := count(r.pid()), count(worker)
	for n := 2; n <= 12; n++ {
		worker = reload(n)
	}
	// The Go runtime may have opened an epoll instance and its like meanwhile.
	if now := count(r.pid()); now > masterFDs+3 {
		t.Errorf("master: %d descriptors, then %d", masterFDs, now)
	}
	if now := count(worker); now > workerFDs+3 {
		t.Errorf("worker: %d descriptors, then %d", workerFDs, now)
	}
	if strings.Contains(r.stderr.String(), "ALERT") {
		t.Error(r.stderr.String())
	}
}
