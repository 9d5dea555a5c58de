package health

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// haproxy runs the real thing and collects what it logs.
type haproxy struct {
	t    *testing.T
	cli  string
	logs *net.UDPConn
}

func startHAProxy(t *testing.T, sections string) *haproxy {
	t.Helper()
	path, err := exec.LookPath("haproxy")
	if err != nil {
		if os.Getenv("GOHAP_TEST_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("haproxy is not installed")
	}
	h := &haproxy{t: t, cli: filepath.Join(t.TempDir(), "cli")}
	if h.logs, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	h.logs.SetReadBuffer(1 << 20)
	t.Cleanup(func() { h.logs.Close() })
	cfg := fmt.Sprintf("global\n log %s local0\n stats socket %s level admin\n"+
		"defaults\n log global\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n"+
		"listen unused\n bind unix@%s.sock\n%s\n", h.logs.LocalAddr(), h.cli, h.cli, sections)
	name := filepath.Join(t.TempDir(), "cfg")
	if err := os.WriteFile(name, []byte(cfg), 0o600); err != nil {
		t.Fatal(err)
	}
	var errors bytes.Buffer
	cmd := exec.Command(path, "-db", "-f", name)
	cmd.Stderr = &errors
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("haproxy: %.3000s", errors.String())
		}
	})
	return h
}

// log returns the next line logged, with the severity before it.
func (h *haproxy) log() string {
	h.t.Helper()
	buf := make([]byte, 65536)
	h.logs.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, err := h.logs.Read(buf)
	if err != nil {
		h.t.Fatal("no log from haproxy: ", err)
	}
	line := strings.TrimRight(string(buf[:n]), "\n")
	var pri int
	fmt.Sscanf(line, "<%d>", &pri)
	_, text, _ := strings.Cut(line, "]: ")
	return fmt.Sprintf("%d %s", pri&7, mask(text))
}

// command gives an order on the stats socket and returns the answer.
func (h *haproxy) command(line string) string {
	h.t.Helper()
	var c net.Conn
	var err error
	for range 500 {
		if c, err = net.Dial("unix", h.cli); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintln(c, line)
	var b bytes.Buffer
	b.ReadFrom(bufio.NewReader(c))
	return strings.TrimSpace(b.String())
}

var duration = regexp.MustCompile(`check duration: \d+ms`)

// mask takes the durations out of a message.
func mask(text string) string { return duration.ReplaceAllString(text, "check duration: Nms") }

// journal collects events as haproxy's log has them.
type journal chan string

// Notify takes a line.
func (j journal) Notify(e Event) {
	if e.Log != "" {
		j <- fmt.Sprintf("%d %s", e.LogLevel, mask(e.Log))
	}
}

// next returns the next line.
func (j journal) next(t *testing.T) string {
	t.Helper()
	select {
	case l := <-j:
		return l
	case <-time.After(20 * time.Second):
		t.Fatal("no event")
		return ""
	}
}
