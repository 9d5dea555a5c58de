package main

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a wait lasts before the test fails.
const patience = 20 * time.Second

// output collects what a process writes, and wakes those who wait for a line.
type output struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.more != nil {
		close(o.more)
		o.more = nil
	}
	return o.text.Write(p)
}

func (o *output) look() (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.more == nil {
		o.more = make(chan struct{})
	}
	return o.text.String(), o.more
}

// String is all of it so far.
func (o *output) String() string {
	text, _ := o.look()
	return text
}

// running is a process under test, in a process group of its own.
type running struct {
	stdout, stderr output
	cmd            *exec.Cmd
	exited         chan struct{}
}

// startCommand starts the command and makes sure that its group ends with the
// test.
func startCommand(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	r := &running{cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &r.stdout, &r.stderr
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		cmd.Wait()
		close(r.exited)
	}()
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-r.exited
	})
	return r
}

func (r *running) pid() int { return r.cmd.Process.Pid }

// status waits for the end: the exit status, or minus the signal that ended it.
func (r *running) status(t *testing.T) int {
	t.Helper()
	select {
	case <-r.exited:
	case <-time.After(patience):
		t.Fatalf("%v does not end\n%s", r.cmd.Args, r.stderr.String())
	}
	ws := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ws.Signaled() {
		return -int(ws.Signal())
	}
	return ws.ExitStatus()
}

// wait waits until stderr has the text so many times.
func (r *running) wait(t *testing.T, text string, times int) {
	t.Helper()
	limit := time.After(patience)
	for {
		got, more := r.stderr.look()
		if strings.Count(got, text) >= times {
			return
		}
		select {
		case <-more:
		case <-r.exited:
			if strings.Count(r.stderr.String(), text) < times {
				t.Fatalf("ended without saying %q:\n%s", text, r.stderr.String())
			}
			return
		case <-limit:
			t.Fatalf("%q does not come:\n%s", text, got)
		}
	}
}

func (r *running) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// eventually tries until f is true: for other processes, which offer no event.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// freeAddr is a TCP address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// shortDir is a directory whose path fits into a unix socket's address.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// installed finds haproxy. Without it the test is skipped, or fails where
// GOHAP_TEST_STRICT=1 says that nothing may be skipped.
func installed(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"haproxy", "/usr/sbin/haproxy", "/usr/local/sbin/haproxy"} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	if os.Getenv("GOHAP_TEST_STRICT") == "1" {
		t.Fatal("haproxy is not installed")
	}
	t.Skip("haproxy is not installed")
	return ""
}
