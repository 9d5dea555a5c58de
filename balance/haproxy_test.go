package balance

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// haproxy runs the real thing with one backend, whose servers are all the same
// address, and tells which of them it picks.
type haproxy struct {
	t    *testing.T
	addr string
	cli  string
}

// startHAProxy runs haproxy with the lines of a backend. Every server line gets
// the address of a server that answers with 200.
func startHAProxy(t *testing.T, backend string, servers []string) *haproxy {
	t.Helper()
	path, err := exec.LookPath("haproxy")
	if err != nil {
		if os.Getenv("GOHAP_TEST_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("haproxy is not installed")
	}
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	go srv.Serve(web)
	t.Cleanup(func() { srv.Close() })

	h := &haproxy{t: t, cli: filepath.Join(t.TempDir(), "cli")}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = listener.Addr().String()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	var cfg strings.Builder
	fmt.Fprintf(&cfg, "global\n stats socket %s level admin\ndefaults\n mode http\n"+
		" timeout connect 5s\n timeout client 5s\n timeout server 5s\n"+
		"frontend f\n bind fd@3\n default_backend b\nbackend b\n"+
		" http-response set-header picked %%[srv_name]\n%s\n", h.cli, backend)
	for i, s := range servers {
		fmt.Fprintf(&cfg, " server %d %s %s\n", i+1, web.Addr(), s)
	}
	name := filepath.Join(t.TempDir(), "cfg")
	if err := os.WriteFile(name, []byte(cfg.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-db", "-q", "-f", name)
	cmd.ExtraFiles = []*os.File{file}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	// The listening socket has been there all along, so that the first request
	// simply waits until haproxy accepts it.
	return h
}

// pick sends a request and returns the index of the server that got it.
func (h *haproxy) pick(from, target, header string) int {
	h.t.Helper()
	d := net.Dialer{Timeout: 10 * time.Second}
	if from != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	c, err := d.Dial("tcp", h.addr)
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET %s HTTP/1.0\r\n%s\r\n", target, header)
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Body.Close()
	var n int
	if _, err := fmt.Sscan(r.Header.Get("picked"), &n); err != nil {
		h.t.Fatalf("status %d from haproxy", r.StatusCode)
	}
	return n - 1
}
