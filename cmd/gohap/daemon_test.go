package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// pidIn reads a pidfile and has its process ended with the test.
func (c contender) pidIn(t *testing.T, name string) int {
	t.Helper()
	path := filepath.Join(c.dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSuffix(string(text), "\n"))
	if err != nil || pid < 2 {
		t.Fatalf("%s holds %q", name, text)
	}
	t.Cleanup(func() { syscall.Kill(pid, syscall.SIGKILL) })
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode of %s is %v, want 0644", name, info.Mode())
	}
	return pid
}

// gone reports whether no process of that id runs; a zombie that nobody waits
// for counts as gone.
func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(rest, "Z")
}

// A daemon's parent comes back once connections are accepted and the pidfile is
// there; the daemon has a session of its own, no terminal, and the name it was
// called by.
func TestDaemon(t *testing.T) {
	for _, c := range contenders(t) {
		for _, way := range []struct {
			global string
			args   []string
		}{
			{"maxconn 100", []string{"-D"}}, {"daemon", nil}, {"daemon", []string{"-W"}}, {"maxconn 100", []string{"-W", "-D"}},
			{"master-worker", []string{"-D"}},
		} {
			t.Run(fmt.Sprint(c.name, way), func(t *testing.T) {
				addr := freeAddr(t)
				c.write(t, "a.cfg", config(addr, way.global))
				os.Remove(filepath.Join(c.dir, "pid"))
				r := c.start(t, append(way.args, "-f", "a.cfg", "-p", "pid")...)
				if status := r.status(t); status != 0 {
					t.Fatalf("status %d\n%s", status, r.stderr.String())
				}
				pid := c.pidIn(t, "pid")
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					t.Fatalf("nobody listens although the parent came back: %v", err)
				}
				conn.Close()
				if comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); string(comm) != "haproxy\n" {
					t.Errorf("the process is called %q", comm)
				}
				eventually(t, "a session of its own", func() bool { // which HAProxy makes after its parent has gone
					sid, err := getsid(pid)
					return err == nil && sid != mustSid(t)
				})
				eventually(t, "terminal left", func() bool {
					in, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/0", pid))
					out, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/2", pid))
					return (in == "/dev/null" || in == "") && !strings.HasPrefix(out, "pipe:")
				})
				syscall.Kill(pid, syscall.SIGTERM)
				eventually(t, "the daemon is gone", func() bool { return gone(pid) })
				eventually(t, "the address is free", func() bool {
					l, err := net.Listen("tcp", addr)
					if err == nil {
						l.Close()
					}
					return err == nil
				})
			})
		}
	}
}

func getsid(pid int) (int, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strconv.Atoi(strings.Fields(rest)[3])
}

func mustSid(t *testing.T) int {
	t.Helper()
	sid, err := getsid(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return sid
}

// -sf: the new process takes the port over, and the old one leaves once its last
// client has.
func TestFinishOld(t *testing.T) {
	c := gohapProgram(t)
	addr := freeAddr(t)
	c.write(t, "a.cfg", config(addr))
	if status := c.start(t, "-D", "-f", "a.cfg", "-p", "pid").status(t); status != 0 {
		t.Fatal(status)
	}
	old := c.pidIn(t, "pid")
	client, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if served(t, client) != old {
		t.Fatal("somebody else answers")
	}
	if status := c.start(t, "-D", "-f", "a.cfg", "-p", "pid", "-sf", strconv.Itoa(old)).status(t); status != 0 {
		t.Fatal(status)
	}
	now := c.pidIn(t, "pid")
	next, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if pid := served(t, next); pid != now {
		t.Errorf("%d answers, want the new process %d", pid, now)
	}
	next.Close()
	if gone(old) {
		t.Error("the old process has left its client alone")
	}
	client.Close()
	eventually(t, "the old process leaves", func() bool { return gone(old) })
	if status := c.start(t, "-D", "-f", "a.cfg", "-p", "pid", "-st", strconv.Itoa(now)).status(t); status != 0 {
		t.Fatal(status)
	}
	c.pidIn(t, "pid")
	eventually(t, "-st ends the process", func() bool { return gone(now) })
}

// served reads who answers.
func served(t *testing.T, c net.Conn) int {
	t.Helper()
	line := make([]byte, 32)
	n, err := c.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// -x: a connection that waits in the old process's queue is answered by the new
// one, and a port that goes from haproxy to gohap and back is never closed.
func TestTakeOverSockets(t *testing.T) {
	both := contenders(t)
	addr := freeAddr(t)
	oldSock, pid := "", 0
	for turn := range 4 {
		c := both[turn%2]
		sock := filepath.Join(c.dir, fmt.Sprint("sock", turn))
		c.write(t, "a.cfg", config(addr, "stats socket "+sock+" level admin expose-fd listeners"))
		args := []string{"-D", "-f", "a.cfg", "-p", "pid"}
		if oldSock != "" {
			args = append(args, "-x", oldSock, "-sf", strconv.Itoa(pid))
		}
		waiting := []net.Conn{}
		if oldSock != "" {
			// Nobody accepts this one before the new process does.
			syscall.Kill(pid, syscall.SIGSTOP)
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			waiting = append(waiting, conn)
			syscall.Kill(pid, syscall.SIGCONT)
		}
		r := c.start(t, args...)
		if status := r.status(t); status != 0 {
			t.Fatalf("%s, turn %d: status %d\n%s", c.name, turn, status, r.stderr.String())
		}
		previous := pid
		oldSock, pid = sock, c.pidIn(t, "pid")
		for _, conn := range waiting {
			io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n")
			if n, err := conn.Read(make([]byte, 64)); n == 0 {
				t.Errorf("%s, turn %d: the connection that waited: %v", c.name, turn, err)
			}
			conn.Close()
		}
		if previous != 0 {
			eventually(t, "the process before leaves", func() bool { return gone(previous) })
		}
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatalf("%s, turn %d: %v", c.name, turn, err)
		}
		conn.Close()
	}
}
