package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The package is replaced while the service runs: a reload turns haproxy's
// master into gohap's and back again, with its pid, its clients and its socket.
func TestReloadIntoOtherProgram(t *testing.T) {
	c := gohapProgram(t)
	self, err := os.Readlink(c.path)
	if err != nil {
		t.Fatal(err)
	}
	install := func(program string) {
		t.Helper()
		next := c.path + ".new"
		if err := os.Symlink(program, next); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, c.path); err != nil {
			t.Fatal(err)
		}
	}
	programs := []string{installed(t), self}
	names := []string{"haproxy", "gohap"}
	addr := freeAddr(t)
	c.write(t, "a.cfg", config(addr))
	c.write(t, "addr", addr)
	install(programs[0])
	c.name = names[0]
	r := c.startAs(t, c.path, "-W", "-f", "a.cfg", "-S", filepath.Join(c.dir, "master"))
	r.wait(t, "Loading success.", 1)
	c.settled(t, r)
	for turn := 1; turn <= 4; turn++ {
		client := visit(t, c)
		install(programs[turn%2])
		r.signal(t, syscall.SIGUSR2)
		r.wait(t, "Loading success.", turn+1)
		c.name = names[turn%2]
		c.settled(t, r)
		pids := workers(r)
		old, now := pids[turn-1], pids[turn]
		if exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", now)); exe != resolve(t, programs[turn%2]) {
			t.Fatalf("turn %d: the worker runs %s", turn, exe)
		}
		if exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", r.pid())); exe != resolve(t, programs[turn%2]) {
			t.Fatalf("turn %d: the master runs %s", turn, exe)
		}
		if gone(old) {
			t.Errorf("turn %d: the worker before has left its client alone", turn)
		}
		proc := c.ask(t, "show proc\n")
		if !strings.Contains(proc, fmt.Sprintf("\n%-15d worker          0 ", now)) ||
			!strings.Contains(proc, fmt.Sprintf("# old workers\n%-15d worker          1 ", old)) {
			t.Errorf("turn %d: show proc:\n%s", turn, proc)
		}
		if got := c.ask(t, fmt.Sprintf("@!%d show version\n", old)); strings.Contains(got, "gohap") == (turn%2 == 1) {
			t.Errorf("turn %d: the old worker's version is %q", turn, got)
		}
		client.Close()
		r.wait(t, fmt.Sprintf("Former worker (%d) exited with code 0 (Exit)", old), 1)
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	r.signal(t, syscall.SIGTERM)
	if status := r.status(t); status != 0 {
		t.Errorf("status %d", status)
	}
}

func resolve(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
