package e2e

import (
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const reloads = 30

// reloadConfig is a service with an HTTP frontend, a log, and a stats socket
// that gives its listeners away.
const reloadConfig = `global
    log %[1]s local0
    stats socket %[2]s mode 600 level admin expose-fd listeners
    maxconn 2000

defaults
    log global
    mode http
    option httplog
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend fe
    bind %[3]s
    default_backend be

backend be
    balance roundrobin
    server one %[4]s
    server two %[5]s
`

// reloadLab is what the reload tests need around the proxy.
type reloadLab struct {
	sink   *syslogSink
	front  string
	cli    string
	config string
}

func newReloadLab(t testing.TB) *reloadLab {
	t.Helper()
	l := &reloadLab{sink: newSyslogSink(t), front: freeAddr(t), cli: filepath.Join(publicDir(t), "admin.sock")}
	one, two := newNginx(t, "one", freeAddr(t)), newNginx(t, "two", freeAddr(t))
	l.config = fmt.Sprintf(reloadConfig, l.sink.addr, l.cli, l.front, one.addr, two.addr)
	return l
}

// judge checks a load's report, and that every request it counted was logged.
// Requests that wrk broke off at its end may be logged or not.
func (l *reloadLab) judge(t *testing.T, r wrkReport, connections int) {
	t.Helper()
	if r.failures != "" || r.requests == 0 {
		t.Errorf("requests failed:\n%s", r.text)
	}
	count := func(lines []string) int { return countContaining(lines, " fe be/") }
	lines, ok := l.sink.await(10*time.Second, func(all []string) bool { return count(all) >= r.requests })
	if !ok || count(lines) > r.requests+connections {
		t.Errorf("%d requests, %d log lines", r.requests, count(lines))
	}
	t.Logf("%d requests, %d log lines", r.requests, count(lines))
}

// TestReload reloads the service thirty times under load by a signal to the
// master. No request fails, no log line is lost, and nothing is left behind.
func TestReload(t *testing.T) {
	const connections = 16
	l := newReloadLab(t)
	u := newUnit(t, needGohap(t), l.config)
	ready := 1
	reload := func() {
		t.Helper()
		old := workerPID(t, u.master)
		u.reload(t)
		ready++
		u.notify.ready(t, ready)
		eventually(t, 20*time.Second, "the old worker ends", func() bool { return gone(old) })
	}
	files := func() (master, worker int) {
		t.Helper()
		return openFiles(t, u.proc.pid()), openFiles(t, workerPID(t, u.master))
	}
	reload()
	master, worker := files()
	tasks := runningTasks(t, l.cli)
	load := startLoad(t, "http://"+l.front+"/", connections, true)
	begin := time.Now()
	for range reloads {
		reload()
	}
	t.Logf("%d reloads in %v", reloads, time.Since(begin).Round(time.Millisecond))
	l.judge(t, load.stop(t), connections)
	// What a reload leaves open would be there thirty times. Beside that, a
	// worker may keep connections to its servers, and a master be late.
	const slack = 5
	_, busy := files()
	eventually(t, 20*time.Second, "the tasks of the load's last worker end", func() bool {
		return runningTasks(t, l.cli) <= tasks+slack
	})
	reload()
	if m, w := files(); m > master+slack || w > worker+slack || busy > worker+4*connections+slack {
		t.Errorf("descriptors: master %d, worker %d (%d at the end of the load); at first %d and %d", m, w, busy, master, worker)
	}
	if procs := strings.Join(showProc(t, u.master), "; "); strings.Count(procs, "worker ") != 1 {
		t.Errorf("processes left: %s", procs)
	}
	u.stop(t)
}

// runningTasks asks a process how many tasks it runs: goroutines, in gohap.
func runningTasks(t testing.TB, socket string) int {
	t.Helper()
	text, err := cliCommand(socket, "show info")
	if err != nil {
		t.Fatalf("show info: %v", err)
	}
	for _, line := range strings.Split(text, "\n") {
		if n, ok := strings.CutPrefix(line, "Tasks: "); ok {
			tasks, err := strconv.Atoi(n)
			if err != nil {
				t.Fatalf("show info: %v", err)
			}
			return tasks
		}
	}
	t.Fatalf("show info does not count tasks:\n%s", text)
	return 0
}

// TestReloadKeepAlive is the same with connections that stay open: those of the
// old worker end with a response that says so.
func TestReloadKeepAlive(t *testing.T) {
	const connections = 16
	l := newReloadLab(t)
	u := newUnit(t, needGohap(t), l.config)
	load := startLoad(t, "http://"+l.front+"/", connections, false)
	for i := range 5 {
		old := workerPID(t, u.master)
		u.reload(t)
		u.notify.ready(t, i+2)
		eventually(t, 20*time.Second, "the old worker ends", func() bool { return gone(old) })
	}
	r := load.stop(t)
	if selfCheck() {
		// HAProxy closes connections that are idle at that moment, and a client
		// may have just sent a request on one.
		r.failures = readErrors.ReplaceAllString(r.failures, "")
	}
	l.judge(t, r, connections)
}

var readErrors = regexp.MustCompile(`^Socket errors: connect 0, read \d\d?, write 0, timeout 0$`)

// takeOver starts bin as a daemon that takes the service over from the process
// old (0 for none), and returns its pid once the old one is gone.
func (l *reloadLab) takeOver(t testing.TB, bin string, old int) int {
	t.Helper()
	dir := publicDir(t)
	cfg := writeFile(t, filepath.Join(dir, "haproxy.cfg"), l.config)
	pidfile := filepath.Join(dir, "pid")
	args := []string{"-D", "-f", cfg, "-p", pidfile}
	if old > 0 {
		args = append(args, "-x", l.cli, "-sf", itoa(old))
	}
	rc, out, errs := output(t, exec.Command(bin, args...))
	if rc != 0 {
		t.Fatalf("%s does not take over: exit %d\n%s%s", bin, rc, out, errs)
	}
	pid := readPID(t, pidfile)
	t.Cleanup(func() { endPID(t, pid) })
	if old > 0 {
		eventually(t, 30*time.Second, "the old process ends", func() bool { return gone(old) })
	}
	return pid
}

// TestReloadDaemon replaces a daemon by itself thirty times under load: -x for
// the listeners, -sf for the old process.
func TestReloadDaemon(t *testing.T) {
	const connections = 16
	l := newReloadLab(t)
	bin := asHAProxy(t, needGohap(t))
	pid := l.takeOver(t, bin, 0)
	files := openFiles(t, pid)
	load := startLoad(t, "http://"+l.front+"/", connections, true)
	for range reloads {
		pid = l.takeOver(t, bin, pid)
	}
	l.judge(t, load.stop(t), connections)
	pid = l.takeOver(t, bin, pid)
	if now := openFiles(t, pid); now > files+5 {
		t.Errorf("%d descriptors, the first process had %d", now, files)
	}
}

// TestHandOver moves a loaded service from HAProxy to gohap and back, several
// times: people switch without losing a connection.
func TestHandOver(t *testing.T) {
	const connections = 16
	l := newReloadLab(t)
	haproxy, gohap := asHAProxy(t, needHAProxy(t)), asHAProxy(t, needGohap(t))
	pid := l.takeOver(t, haproxy, 0)
	load := startLoad(t, "http://"+l.front+"/", connections, true)
	for range 5 {
		pid = l.takeOver(t, gohap, pid)
		pid = l.takeOver(t, haproxy, pid)
	}
	l.judge(t, load.stop(t), connections)
}

// TestKillWorker kills the worker under a master: both programs give up, in the
// same words and with the same status.
func TestKillWorker(t *testing.T) {
	t.Parallel()
	programs(t, func(t *testing.T, bin string) []string {
		l := newReloadLab(t)
		cfg := writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), l.config)
		master := filepath.Join(publicDir(t), "master.sock")
		p := start(t, asHAProxy(t, bin), "-W", "-f", cfg, "-S", master)
		eventually(t, 10*time.Second, "the service is up", func() bool {
			text, err := cliCommand(master, "show proc")
			return err == nil && strings.Contains(text, "worker ") && listening(l.front)
		})
		get(t, "http://"+l.front+"/")
		syscall.Kill(workerPID(t, master), syscall.SIGKILL)
		rc := p.wait(t, 10*time.Second)
		if !refused(l.front) {
			t.Error("the master is gone, yet the port is open")
		}
		return append(stderrLines(p.stderr.String()), fmt.Sprint("exit ", rc))
	})
}

// TestKillServer kills a server in the middle of a response.
func TestKillServer(t *testing.T) {
	t.Parallel()
	programs(t, func(t *testing.T, bin string) []string {
		l := newReloadLab(t)
		addr := freeAddr(t)
		server := startHanging(t, addr)
		config := strings.ReplaceAll(l.config, "    balance roundrobin\n", "    server hang "+addr+"\n    balance first\n")
		cfg := writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), config)
		start(t, asHAProxy(t, bin), "-db", "-f", cfg)
		eventually(t, 10*time.Second, "the proxy listens", func() bool { return listening(l.front) })
		c, err := net.Dial("tcp", l.front)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprint(c, "GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
		var got strings.Builder
		buf := make([]byte, 4096)
		for !strings.HasSuffix(got.String(), "half") {
			n, err := c.Read(buf)
			if err != nil {
				t.Fatalf("after %q: %v", got.String(), err)
			}
			got.Write(buf[:n])
		}
		server.signal(t, syscall.SIGKILL)
		rest, err := io.ReadAll(c)
		seen := []string{got.String(), fmt.Sprintf("then %q, %v", rest, err)}
		lines, ok := l.sink.await(5*time.Second, func(all []string) bool { return countContaining(all, "/hang") > 0 })
		if !ok {
			t.Error("no log line")
		}
		for _, line := range lines {
			if strings.Contains(line, "/hang") {
				seen = append(seen, peersLog(line))
			}
		}
		return seen
	})
}
