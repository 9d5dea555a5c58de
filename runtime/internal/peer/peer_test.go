package peer

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func get(t *testing.T, addr string) string {
	t.Helper()
	r, err := http.Get("http://" + addr + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestHAProxyInFrontOfSites(t *testing.T) {
	front, log := Addr(t), SyslogUDP(t)
	web2, access := ApacheSite(t, "web2")
	p := HAProxy(t, fmt.Sprintf(`
global
    log %s local0
defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 5s
    timeout server 5s
listen www
    bind %s
    server web1 %s
    server web2 %s
`, log.Addr, front, NginxSite(t, "web1"), web2))
	if got := get(t, front) + get(t, front); got != "web1\nweb2\n" {
		t.Errorf("the two sites answer %q", got)
	}
	log.Wait(t, "www/web1")
	log.Wait(t, "www/web2")
	WaitFile(t, access, `"GET / HTTP/1.1" 200`)
	p.Signal(t, syscall.SIGUSR1)
	if status := p.Wait(t); status != 0 {
		t.Errorf("exit status %d after a soft stop", status)
	}
}

func TestDaemonIsAdopted(t *testing.T) {
	dir := Dir(t)
	addr, pidfile := Addr(t), filepath.Join(dir, "pid")
	cfg := fmt.Sprintf("defaults\n timeout client 1s\n timeout server 1s\n timeout connect 1s\nlisten a\n bind %s\n", addr)
	p := Run(t, Need(t, "haproxy"), "-D", "-p", pidfile, "-f", File(t, "cfg", cfg))
	if status := p.Wait(t); status != 0 {
		t.Fatalf("exit status %d: %s", status, p.Output.Text())
	}
	pids := Adopt(t, pidfile)
	if len(silent([]string{addr})) > 0 || !alive(pids[0]) {
		t.Errorf("daemon %d does not listen on %s", pids[0], addr)
	}
	syscall.Kill(pids[0], syscall.SIGTERM)
	WaitGone(t, pids[0])
}

func TestRsyslogSortsAndRestarts(t *testing.T) {
	r := Rsyslog(t, "")
	for _, dest := range [][2]string{{"udp", r.UDP}, {"unixgram", r.Socket}} {
		c, err := net.Dial(dest[0], dest[1])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "<134>Nov 20 17:41:36 haproxy[1]: via %s\n", dest[0])
		c.Close()
		WaitFile(t, r.Log, "via "+dest[0])
	}
	r.Restart(t)
	c, err := net.Dial("unixgram", r.Socket)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "<134>Nov 20 17:41:36 other[1]: again\n")
	c.Close()
	WaitFile(t, r.Other, "again")
}

func TestCheck(t *testing.T) {
	program := Need(t, "haproxy")
	status, stdout, _ := Check(t, program, "listen a\n mode http\n bind 127.0.0.1:1\n")
	if status != 0 || !strings.Contains(stdout, "Configuration file is valid") {
		t.Errorf("valid: status %d, %q", status, stdout)
	}
	if status, _, stderr := Check(t, program, "nonsense\n"); status != 1 || !strings.Contains(stderr, "[ALERT]") {
		t.Errorf("invalid: status %d, %q", status, stderr)
	}
}

func TestOutputOfAnEndedProcessIsFound(t *testing.T) {
	p := Run(t, "/bin/sh", "-c", "echo one; echo two >&2; exit 3")
	if p.WaitLine(t, "tw") != "two" || p.Wait(t) != 3 {
		t.Errorf("status %d, output %q", p.Wait(t), p.Output.Text())
	}
	if p.Stdout.Text() != "one\n" || p.Stderr.Text() != "two\n" {
		t.Errorf("stdout %q, stderr %q", p.Stdout.Text(), p.Stderr.Text())
	}
}

func TestGroupIsKilled(t *testing.T) {
	var child int
	t.Run("with a child", func(t *testing.T) {
		p := Run(t, "/bin/sh", "-c", "sleep 1000 & echo $!; wait")
		if _, err := fmt.Sscan(p.Stdout.WaitN(t, 1)[0], &child); err != nil {
			t.Fatal(err)
		}
	})
	WaitGone(t, child)
}

func TestRecorder(t *testing.T) {
	r := Record(t, "HTTP/1.1 204 No Content\r\n\r\n")
	c, err := net.Dial("tcp", r.Addr)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, "GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
	c.(*net.TCPConn).CloseWrite()
	got, _ := io.ReadAll(c)
	if n := strings.Count(string(got), "204"); n != 2 {
		t.Errorf("%d replies: %q", n, got)
	}
	r.Conns.Wait(t, "/2")
}

func TestSyslogSocketCanBeReplaced(t *testing.T) {
	first := SyslogUnix(t)
	first.Close()
	second := SyslogAt(t, first.Addr)
	c, err := net.Dial("unixgram", second.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "<1>hello\n")
	if got := second.WaitN(t, 1)[0]; got != "<1>hello\n" {
		t.Errorf("got %q", got)
	}
}
