package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

// seed2Config is the third tutorial's file: the stock file of a recent
// distribution with two options in its defaults, a frontend on one address and
// a backend without a balance line.
const seed2Config = `global
	log %[1]s	local0
	log %[1]s	local1 notice
	chroot %[2]s
	stats socket %[3]s mode 660 level admin
	stats timeout 30s
	user haproxy
	group haproxy
	daemon

	ca-base /etc/ssl/certs
	crt-base /etc/ssl/private
	ssl-default-bind-ciphers ECDH+AESGCM:DH+AESGCM:ECDH+AES256:DH+AES256:!aNULL:!MD5:!DSS
	ssl-default-bind-options no-sslv3

defaults
	log	global
	mode	http
	option	httplog
	option	dontlognull
	timeout connect 5000
	timeout client  50000
	timeout server  50000
	option forwardfor
	option http-server-close

frontend http
    bind %[4]s
    default_backend app_pool

backend app_pool
    server app-1 %[5]s check
    server app-2 %[6]s check
`

// agent runs the actions of testdata/ocf/haproxy.
type agent struct {
	script  string
	pidfile string
	env     []string
}

func newAgent(t testing.TB, bin, config string) *agent {
	t.Helper()
	needPeer(t, "ps")
	script, err := filepath.Abs(testdata("ocf", "haproxy"))
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{script: script, pidfile: filepath.Join(filepath.Dir(config), "proxy-resource.pid")}
	a.env = append(os.Environ(), "OCF_RESKEY_binpath="+bin, "OCF_RESKEY_conffile="+config,
		"OCF_RESOURCE_INSTANCE=proxy-resource", "OCF_RUN="+filepath.Dir(config))
	t.Cleanup(func() {
		if _, err := os.Stat(a.pidfile); err == nil {
			endPID(t, readPID(t, a.pidfile))
		}
	})
	return a
}

// do runs an action and returns its exit status.
func (a *agent) do(t testing.TB, action string) int {
	t.Helper()
	cmd := exec.Command("/bin/sh", a.script, action)
	cmd.Env = a.env
	rc, stdout, stderr := output(t, cmd)
	if stdout != "" || stderr != "" {
		t.Logf("agent %s: %s%s", action, stdout, stderr)
	}
	return rc
}

// TestSeed2 follows the floating address tutorial: a cluster manager's agent
// starts, watches and stops the proxy; clients' addresses reach nginx.
func TestSeed2(t *testing.T) {
	t.Parallel()
	needRoot(t)
	programs(t, seed2)
}

func seed2(t *testing.T, bin string) []string {
	var seen []string
	want := func(what string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	sink := newSyslogSink(t)
	one, two := newNginx(t, "app-1", freeAddr(t)), newNginx(t, "app-2", freeAddr(t))
	front := freeAddr(t)
	dir := publicDir(t)
	proxy := asHAProxy(t, bin)
	config := writeFile(t, filepath.Join(dir, "haproxy.cfg"),
		fmt.Sprintf(seed2Config, sink.addr, publicDir(t), filepath.Join(dir, "admin.sock"), front, one.addr, two.addr))

	rc, stdout, stderr := output(t, exec.Command(proxy, "-f", config, "-c"))
	if rc != 0 || stdout != "Configuration file is valid\n" || stderr != "" {
		t.Errorf("-f FILE -c: exit %d, %q, %q", rc, stdout, stderr)
	}

	a := newAgent(t, proxy, config)
	want("monitor before the start", a.do(t, "monitor"), 7)
	want("validate-all", a.do(t, "validate-all"), 0)
	want("start", a.do(t, "start"), 0)
	if !listening(front) {
		t.Error("the start is back before the port is bound")
	}
	want("monitor", a.do(t, "monitor"), 0)
	want("second start", a.do(t, "start"), 0)
	pid := readPID(t, a.pidfile)
	if uid, _ := procIDs(t, pid); uid == "0" {
		t.Error("runs as root")
	}

	// Only the one address answers.
	_, port, _ := net.SplitHostPort(front)
	if other := net.JoinHostPort(loopback(), port); !refused(other) {
		t.Errorf("%s answers too", other)
	}
	url := "http://" + front + "/"
	order := answers(t, url, 6)
	if !alternates(order, "app-1", "app-2") {
		t.Errorf("no round robin: %v", order)
	}
	for _, s := range []*appServer{one, two} {
		eventually(t, 5*time.Second, "the client's address in the log of "+s.name, func() bool {
			b, err := os.ReadFile(s.log)
			return err == nil && strings.Contains(string(b), "GET / HTTP/1.1 127.0.0.1\n")
		})
	}
	lines, ok := sink.await(5*time.Second, func(all []string) bool { return countContaining(all, "GET / ") >= 6 })
	if !ok {
		t.Error("log lines are missing")
	}
	for _, line := range lines {
		if strings.Contains(line, "GET / ") {
			seen = append(seen, peersLog(line))
		}
	}
	sort.Strings(seen) // two threads may log in another order

	// Ended from outside, it is found and started again.
	endPID(t, pid)
	want("monitor after a kill", a.do(t, "monitor"), 7)
	want("start after a kill", a.do(t, "start"), 0)
	answers(t, url, 1)

	// The port is free at once after a stop.
	for range 3 {
		want("stop", a.do(t, "stop"), 0)
		if !refused(front) {
			t.Error("stopped, yet the port is open")
		}
		want("monitor after the stop", a.do(t, "monitor"), 7)
		want("start again", a.do(t, "start"), 0)
	}
	want("stop", a.do(t, "stop"), 0)
	want("second stop", a.do(t, "stop"), 0)

	// Somebody else has the port: no start, and a message.
	l, err := net.Listen("tcp", front)
	if err != nil {
		t.Fatal(err)
	}
	rc, stdout, stderr = output(t, exec.Command(proxy, "-f", config, "-p", a.pidfile))
	l.Close()
	seen = append(seen, fmt.Sprintf("port taken: exit %d %q", rc, stdout))
	for _, line := range stderrLines(stderr) {
		line = strings.NewReplacer(front, "FRONT", config, "CONFIG", proxy, "PROXY").Replace(line)
		seen = append(seen, line)
	}
	// A process that another test is about to start has the socket, too, for a moment:
	// from its fork to its exec.
	eventually(t, 5*time.Second, "nothing listens after a failed start", func() bool { return refused(front) })
	return seen
}

func countContaining(lines []string, part string) int {
	n := 0
	for _, line := range lines {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}
