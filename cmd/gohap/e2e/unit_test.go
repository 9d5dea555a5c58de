package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// unit is the systemd unit with its commands run by hand: a notify socket, the
// start command, the reload commands, SIGTERM.
type unit struct {
	haproxy string // the program, under its usual name
	config  string
	pidfile string
	master  string // path of the master's socket
	proc    *process
	notify  *notifySocket
}

// notifySocket takes the messages that a service sends to its manager.
type notifySocket struct {
	path string

	mu       sync.Mutex
	messages []string
}

func newNotifySocket(t testing.TB, dir string) *notifySocket {
	t.Helper()
	n := &notifySocket{path: filepath.Join(dir, "notify")}
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: n.path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			size, err := c.Read(buf)
			if err != nil {
				return
			}
			n.mu.Lock()
			n.messages = append(n.messages, string(buf[:size]))
			n.mu.Unlock()
		}
	}()
	return n
}

// all returns the messages so far.
func (n *notifySocket) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.messages...)
}

// ready waits for the count-th message that says READY=1.
func (n *notifySocket) ready(t testing.TB, count int) {
	t.Helper()
	eventually(t, 15*time.Second, "READY=1 on the notify socket", func() bool {
		seen := 0
		for _, m := range n.all() {
			if strings.Contains(m, "READY=1") {
				seen++
			}
		}
		return seen >= count
	})
}

// newUnit writes the config and starts the service; it returns once the service
// says that it is ready.
func newUnit(t testing.TB, bin, config string, extra ...string) *unit {
	t.Helper()
	dir := publicDir(t)
	u := &unit{
		haproxy: asHAProxy(t, bin),
		config:  writeFile(t, filepath.Join(dir, "haproxy.cfg"), config),
		pidfile: filepath.Join(dir, "haproxy.pid"),
		master:  filepath.Join(dir, "master.sock"),
		notify:  newNotifySocket(t, dir),
	}
	args := append([]string{"-Ws", "-f", u.config, "-p", u.pidfile, "-S", u.master}, extra...)
	cmd := exec.Command(u.haproxy, args...)
	// The unit passes the whole defaults file on, known variables or not.
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+u.notify.path, "ENABLED=1", "CONFIG="+u.config)
	u.proc = startCmd(t, cmd)
	if !within(15*time.Second, func() bool { return len(u.notify.all()) > 0 || !u.proc.running() }) || !u.proc.running() {
		t.Fatalf("the unit does not start:\n%s", u.proc.stderr.String())
	}
	u.notify.ready(t, 1)
	return u
}

// configure replaces the config for the next reload.
func (u *unit) configure(t testing.TB, config string) {
	t.Helper()
	writeFile(t, u.config, config)
}

// checks is the unit's first reload command: exit status only.
func (u *unit) check(t testing.TB) int {
	t.Helper()
	rc, stdout, stderr := output(t, exec.Command(u.haproxy, "-Ws", "-f", u.config, "-c", "-q", "-S", u.master))
	if stdout != "" || stderr != "" {
		t.Errorf("-c -q prints %q %q", stdout, stderr)
	}
	return rc
}

// reload is the unit's second reload command: a signal. It does not wait.
func (u *unit) reload(t testing.TB) {
	t.Helper()
	u.proc.signal(t, syscall.SIGUSR2)
}

// stop ends the service and returns its exit status.
func (u *unit) stop(t testing.TB) int {
	t.Helper()
	u.proc.signal(t, syscall.SIGTERM)
	return u.proc.wait(t, stopLimit)
}

var pidNumber = regexp.MustCompile(`(MAINPID=|\(|pid )\d+`)

// statusLine is what only later releases of HAProxy tell, and gohap too.
var statusLine = regexp.MustCompile(`(?m)^(STATUS|MONOTONIC_USEC)=.*\n?`)

// messages are the notifications with pids masked.
func (u *unit) messages() []string {
	var out []string
	for _, m := range u.notify.all() {
		m = statusLine.ReplaceAllString(m, "")
		if m = strings.TrimSpace(m); m != "" {
			out = append(out, pidNumber.ReplaceAllString(m, "${1}N"))
		}
	}
	return out
}

// excerpt is a line with source text or a caret below a diagnostic, which only
// gohap prints.
var excerpt = regexp.MustCompile(`^ +\d+ \| |^ +\| +\^+$`)

// stderrLines returns what the service printed, levels and words, without pids
// and the lines that are about the program itself or about the proxy that
// HAProxy has for its own requests.
func stderrLines(text string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.Contains(line, "haproxy version is") || strings.Contains(line, "path to executable") ||
			strings.Contains(line, "<HTTPCLIENT>") || excerpt.MatchString(line) {
			continue
		}
		line = pidNumber.ReplaceAllString(line, "${1}N")
		out = append(out, duration.ReplaceAllString(line, "duration: Nms"))
	}
	return out
}
