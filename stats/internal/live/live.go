// Package live runs the installed haproxy for tests that compare with it.
package live

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience is how long haproxy may take for anything.
const patience = 20 * time.Second

// HAProxy is a running haproxy with a stats socket at level admin.
type HAProxy struct {
	socket string
	PID    int
}

// Start runs haproxy with a configuration until the test ends, with these lines
// in its "global" section beside the stats socket. It skips the test where
// haproxy is not installed, unless GOHAP_TEST_STRICT=1 says that it has to be.
func Start(t *testing.T, global, config string) *HAProxy {
	t.Helper()
	path, err := exec.LookPath("haproxy")
	if err != nil {
		if os.Getenv("GOHAP_TEST_STRICT") == "1" {
			t.Fatal("haproxy is not installed")
		}
		t.Skip("haproxy is not installed")
	}
	dir, err := os.MkdirTemp("", "live") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := &HAProxy{socket: filepath.Join(dir, "sock")}
	file := filepath.Join(dir, "haproxy.cfg")
	text := "global\n\tstats socket " + h.socket + " level admin\n" + global + "\n" + config
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd := exec.Command(path, "-db", "-f", file)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h.PID = cmd.Process.Pid
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	t.Cleanup(func() { cmd.Process.Kill(); <-done })
	for end := time.Now().Add(patience); ; {
		if c, err := net.Dial("unix", h.socket); err == nil {
			c.Close()
			return h
		}
		select {
		case <-done:
			t.Fatalf("haproxy ended:\n%s", out.String())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(end) {
			t.Fatal("haproxy does not answer")
		}
	}
}

// Command sends one command to the stats socket and returns the answer without
// the empty line that ends it.
func (h *HAProxy) Command(t *testing.T, command string) string {
	t.Helper()
	c, err := net.Dial("unix", h.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintln(c, command); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(b), "\n")
}

// Until repeats a command until its answer pleases.
func (h *HAProxy) Until(t *testing.T, command string, pleases func(string) bool) string {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		s := h.Command(t, command)
		if pleases(s) {
			return s
		}
		if time.Now().After(end) {
			t.Fatalf("%q never answers as expected; last:\n%s", command, s)
		}
	}
}

// Steady returns the answer to a command at a moment when no check is running.
func (h *HAProxy) Steady(t *testing.T, command string) string {
	t.Helper()
	return h.Until(t, command, func(s string) bool { return !strings.Contains(s, "* L") })
}

// Port returns a TCP port of 127.0.0.1 that nothing holds.
func Port(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
