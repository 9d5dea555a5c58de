package packaging

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is what the init script is run with: haproxy, or the program that
// GOHAP_TEST_BINARY names, to drive gohap through the same cycle.
func program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("GOHAP_TEST_BINARY"); path != "" {
		return path
	}
	return need(t, "haproxy")
}

// service is an init script with paths of its own.
type service struct {
	t       *testing.T
	env     []string
	pidfile string
	config  string
	addr    string
}

func newService(t *testing.T) *service {
	t.Helper()
	need(t, "start-stop-daemon")
	dir := t.TempDir()
	s := &service{
		t:       t,
		pidfile: filepath.Join(dir, "haproxy.pid"),
		config:  filepath.Join(dir, "haproxy.cfg"),
	}
	// The service is looked for by the name of its process.
	link := filepath.Join(dir, "haproxy")
	if err := os.Symlink(program(t), link); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	l.Close()
	s.configure("first")
	s.defaults("")
	s.env = []string{
		"HAPROXY=" + link, "PIDFILE=" + s.pidfile, "RUNDIR=" + filepath.Join(dir, "run"), "CONFIG=" + s.config,
		"DEFAULTS=" + s.defaultsPath(), "LSB_FUNCTIONS=/nonexistent", "SYSTEMCTL_SKIP_REDIRECT=1",
	}
	t.Cleanup(func() {
		for _, pid := range s.pids() {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	return s
}

func (s *service) defaultsPath() string { return s.config + ".default" }

func (s *service) defaults(text string) { write(s.t, s.defaultsPath(), text, 0o644) }

// configure writes a configuration that answers each request with a redirect
// to a place of that name.
func (s *service) configure(name string) {
	write(s.t, s.config, fmt.Sprintf(`
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend www
    bind %s
    http-request redirect location /%s
`, s.addr, name), 0o644)
}

// answer is the place that a request is sent to.
func (s *service) answer() string {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
	text, _ := io.ReadAll(c)
	_, place, _ := strings.Cut(string(text), "location: /")
	place, _, _ = strings.Cut(place, "\r")
	return place
}

func (s *service) pids() []int {
	text, _ := os.ReadFile(s.pidfile)
	var pids []int
	for word := range strings.FieldsSeq(string(text)) {
		if pid, err := strconv.Atoi(word); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// do runs the script and compares exit status and output; wanted output of
// "*" is any.
func (s *service) do(action string, status int, want string) string {
	s.t.Helper()
	got, out := run(s.t, s.env, "etc/init.d/haproxy", action)
	if got != status || want != "*" && out != want {
		s.t.Fatalf("%s: exit status %d, not %d; output %q, not %q", action, got, status, out, want)
	}
	return out
}

func TestInitScript(t *testing.T) {
	s := newService(t)
	s.do("status", 3, "haproxy not running.\n")
	s.do("stop", 0, " * Stopping haproxy haproxy\n   ...done.\n")
	s.do("start", 0, " * Starting haproxy haproxy\n   ...done.\n")
	s.do("status", 0, "haproxy is running.\n")
	if got := s.answer(); got != "first" {
		t.Errorf("the service answers %q", got)
	}
	first := s.pids()
	s.do("start", 0, "*")
	if again := s.pids(); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("a second start changed the processes from %v to %v", first, again)
	}

	s.configure("second")
	s.do("reload", 0, "*")
	if got := s.answer(); got != "second" {
		t.Errorf("after the reload, the service answers %q", got)
	}
	second := s.pids()
	if fmt.Sprint(second) == fmt.Sprint(first) {
		t.Errorf("the reload left the processes at %v", second)
	}
	s.configure("third")
	s.do("force-reload", 0, "*")
	s.configure("fourth")
	s.do("restart", 0, "*")
	if got := s.answer(); got != "fourth" {
		t.Errorf("after the restart, the service answers %q", got)
	}
	s.do("status", 0, "haproxy is running.\n")
	s.do("stop", 0, " * Stopping haproxy haproxy\n   ...done.\n")
	s.do("status", 3, "haproxy not running.\n")
	if _, err := os.Stat(s.pidfile); err == nil {
		t.Error("the pidfile is still there")
	}
	if c, err := net.Dial("tcp", s.addr); err == nil {
		c.Close()
		t.Error("something still listens")
	}
}

func TestInitScriptWithSystemFunctions(t *testing.T) {
	if _, err := os.Stat("/lib/lsb/init-functions"); err != nil {
		if os.Getenv("GOHAP_TEST_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("no /lib/lsb/init-functions here")
	}
	s := newService(t)
	s.env = append(s.env, "LSB_FUNCTIONS=/lib/lsb/init-functions")
	if out := s.do("start", 0, "*"); !strings.Contains(out, "Starting haproxy") || !strings.Contains(out, "haproxy") {
		t.Errorf("start says %q", out)
	}
	s.do("status", 0, "haproxy is running.\n")
	s.do("stop", 0, "*")
	s.do("status", 3, "haproxy not running.\n")
}

func TestInitScriptOfDeadService(t *testing.T) {
	s := newService(t)
	ended := exec.Command("/bin/true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	write(t, s.pidfile, fmt.Sprintln(ended.Process.Pid), 0o644)
	s.do("status", 1, "haproxy dead, but "+s.pidfile+" exists.\n")
	// A process of another name does not count.
	write(t, s.pidfile, fmt.Sprintln(os.Getpid()), 0o644)
	s.do("status", 1, "haproxy dead, but "+s.pidfile+" exists.\n")
	s.do("start", 0, "*")
	s.do("status", 0, "haproxy is running.\n")
	s.do("stop", 0, "*")
}

func TestInitScriptKeepsServiceFromBrokenConfig(t *testing.T) {
	s := newService(t)
	s.do("start", 0, "*")
	write(t, s.config, "nonsense\n", 0o644)
	for _, action := range []string{"reload", "force-reload", "restart"} {
		if out := s.do(action, 1, "*"); !strings.Contains(out, "...fail!") || !strings.Contains(out, "[ALERT]") {
			t.Errorf("%s says %q", action, out)
		}
	}
	if out := s.do("configtest", 1, "*"); !strings.Contains(out, "nonsense") {
		t.Errorf("configtest says %q", out)
	}
	s.do("status", 0, "haproxy is running.\n")
	if got := s.answer(); got != "first" {
		t.Errorf("the service answers %q", got)
	}
	s.configure("second")
	if out := s.do("configtest", 0, "*"); !strings.Contains(out, "Configuration file is valid") {
		t.Errorf("configtest says %q", out)
	}
	s.do("stop", 0, "*")
	write(t, s.config, "nonsense\n", 0o644)
	s.do("start", 1, "*")
	s.do("status", 3, "haproxy not running.\n")
}

func TestInitScriptDefaults(t *testing.T) {
	s := newService(t)
	s.defaults("ENABLED=0\n")
	s.do("start", 0, "")
	s.do("status", 3, "haproxy not running.\n")
	s.defaults("ENABLED=1\n")
	s.do("start", 0, "*")
	s.do("status", 0, "haproxy is running.\n")
	s.defaults("ENABLED=0\n")
	s.do("stop", 0, "*")
	s.do("status", 3, "haproxy not running.\n")

	other := s.config + ".other"
	write(t, other, read(t, s.config), 0o644)
	s.defaults(`CONFIG="` + other + `"` + "\nEXTRAOPTS=\"-n 100 -L name\"\n")
	s.do("start", 0, "*")
	if command := read(t, fmt.Sprintf("/proc/%d/cmdline", s.pids()[0])); !strings.Contains(command, "-n\x00100\x00-L\x00name") ||
		!strings.Contains(command, other) {
		t.Errorf("the command is %q", command)
	}
	s.do("stop", 0, "*")
}

func TestInitScriptWithoutConfigOrProgram(t *testing.T) {
	s := newService(t)
	s.do("nonsense", 2, "Usage: /etc/init.d/haproxy {start|stop|restart|reload|force-reload|status|configtest}\n")
	os.Remove(s.config)
	s.do("start", 0, "")
	s.configure("first")
	s.env = append(s.env, "HAPROXY=/nonexistent/haproxy")
	s.do("start", 0, "")
}
