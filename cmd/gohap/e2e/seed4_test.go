package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// seed4Config is the fifth tutorial's file. Two lines are added: checks run
// more often than by default, to save time, and the page has its admin form.
const seed4Config = `global
log %[1]s local0
log %[1]s local1 notice
maxconn 2000
user haproxy
group haproxy
daemon

defaults
log global
mode http
option httplog
option dontlognull
retries 3
option redispatch
timeout connect 5000ms
timeout client 50000ms
timeout server 50000ms
default-server inter 1s

frontend http-in
bind %[2]s
default_backend webservers

backend webservers
mode http
stats enable
stats auth admin:admin
stats uri /haproxy?stats
stats admin if TRUE
balance roundrobin
option httpchk
option forwardfor
option http-server-close
server web1 %[3]s maxconn 32 check
server web2 %[4]s maxconn 32 check
`

// TestSeed4 follows the tutorial with the statistics page: Apache servers with
// HTTP checks, rsyslogd by UDP, the init script, a browser on the page.
func TestSeed4(t *testing.T) {
	t.Parallel()
	needRoot(t)
	programs(t, seed4)
}

func seed4(t *testing.T, bin string) []string {
	var seen []string
	syslog := newSyslogDaemon(t)
	web1, web2 := newApache(t, "web1", freeAddr(t)), newApache(t, "web2", freeAddr(t))
	front := freeAddr(t)
	svc := newInitService(t, bin, fmt.Sprintf(seed4Config, syslog.udp, front, web1.addr, web2.addr))

	seen = append(seen, must(t, svc.haproxy, "-f", svc.config, "-c"))
	seen = append(seen, svc.must(t, "start"))
	pid := readPID(t, svc.pidfile)
	if name := comm(t, pid); name != "haproxy" {
		t.Errorf("the process is called %s", name)
	}
	url := "http://" + front + "/"
	if order := answers(t, url, 6); !alternates(order, "web1", "web2") {
		t.Errorf("no round robin: %v", order)
	}
	for range 2 {
		get(t, url)
	}
	httplog := regexp.MustCompile(fmt.Sprintf(`haproxy\[%d\]: 127\.0\.0\.1:\d+ \[[^\]]+\] http-in webservers/web[12] \d+/\d+/\d+/\d+/\d+ 200 \d+ - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1\.1"$`, pid))
	syslog.await(t, "a request", httplog.MatchString)
	for _, s := range []*appServer{web1, web2} {
		checks := strings.TrimSuffix(s.log, "access.log") + "checks.log"
		eventually(t, 5*time.Second, "checks in the log of "+s.name, func() bool {
			b, err := os.ReadFile(checks)
			return err == nil && strings.Contains(string(b), "OPTIONS / HTTP/1.0 -\n")
		})
		b := mustRead(t, s.log)
		if strings.Contains(b, "OPTIONS") || !strings.Contains(b, "GET / HTTP/1.1 127.0.0.1\n") {
			t.Errorf("access log of %s: %s", s.name, b)
		}
	}

	seen = append(seen, exchange(t, front, "GET /haproxy?stats HTTP/1.0\r\n\r\n"))
	seen = append(seen, csvHeader(t, front))
	seed4Browser(t, front, pid, url)

	web1.down(t)
	web2.down(t)
	for _, name := range []string{"web1", "web2"} {
		syslog.await(t, name+" is DOWN", func(line string) bool {
			return strings.Contains(line, "Server webservers/"+name+" is DOWN")
		})
	}
	seen = append(seen, exchange(t, front, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
	none := syslog.await(t, "a request without a server", func(line string) bool { return strings.Contains(line, " 503 ") })
	seen = append(seen, systemLog(none))
	web1.up(t)
	eventually(t, 10*time.Second, "a server is back", func() bool {
		p, err := fetch(newClient(), url)
		return err == nil && p.status == 200
	})

	seen = append(seen, svc.must(t, "restart"))
	answers(t, url, 1)
	seen = append(seen, svc.must(t, "reload"))
	syslog.await(t, "the frontend's end", func(line string) bool {
		return strings.Contains(line, "Proxy http-in stopped (cumulated conns: FE: ")
	})
	answers(t, url, 1)
	pid = readPID(t, svc.pidfile)
	seen = append(seen, svc.must(t, "stop"))
	if !within(2*time.Second, func() bool { return gone(pid) }) || !refused(front) {
		t.Error("still there two seconds after the stop")
	}
	return seen
}

// csvHeader returns the column names of the page's CSV form.
func csvHeader(t testing.TB, front string) string {
	t.Helper()
	body := get(t, "http://admin:admin@"+front+"/haproxy?stats;csv").body
	header, rows, _ := strings.Cut(body, "\n")
	for _, row := range []string{"http-in,FRONTEND,", "webservers,web1,", "webservers,web2,", "webservers,BACKEND,"} {
		if !strings.Contains("\n"+rows, "\n"+row) {
			t.Errorf("the CSV has no row %s\n%s", row, body)
		}
	}
	return header
}

// seed4Browser logs in to the page with a browser, reads it, and takes web1 out
// and in again with its form.
func seed4Browser(t *testing.T, front string, pid int, url string) {
	b := newBrowser(t)
	b.open("http://" + front + "/haproxy?stats")
	if text := b.text(); strings.Contains(text, "Statistics Report") {
		t.Errorf("the page shows without a login: %s", text)
	}
	page := "http://admin:admin@" + front + "/haproxy?stats"
	b.open(page)
	if title := b.title(); title != "Statistics Report for HAProxy" {
		t.Errorf("title %q", title)
	}
	text := b.text()
	for _, part := range []string{fmt.Sprintf("Statistics Report for pid %d", pid), "http-in", "webservers", "web1", "web2", "Frontend", "Backend"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page does not show %q:\n%s", part, text)
		}
	}
	status := func(server string) string { return statOf(t, front, server) }
	set := func(action string) {
		t.Helper()
		b.click(`//input[@type="checkbox" and @name="s" and @value="web1"]`)
		// The list of actions is a select whose options have HAProxy's values.
		b.click(fmt.Sprintf(`//select[@name="action"]/option[@value=%q]`, action))
		b.click(`//input[@type="submit" and @value="Apply"] | //button[@type="submit"]`)
		eventually(t, 10*time.Second, "the page after the form", func() bool {
			return strings.Contains(b.url(), "st=DONE") && strings.Contains(b.text(), "Statistics Report for pid")
		})
	}
	set("maint")
	if text := b.text(); !strings.Contains(text, "MAINT") {
		t.Errorf("web1 is not shown in maintenance:\n%s", text)
	}
	if s := status("web1"); s != "MAINT" {
		t.Errorf("web1 is %s after the form", s)
	}
	if got := answers(t, url, 3); !equal(got, "web2", "web2", "web2") {
		t.Errorf("with web1 in maintenance: %v", got)
	}
	b.open(page)
	set("ready")
	eventually(t, 10*time.Second, "web1 serves again", func() bool { return status("web1") == "UP" })
}

// statOf reads a server's status from the CSV form of the page.
func statOf(t testing.TB, front, server string) string {
	t.Helper()
	body := get(t, "http://admin:admin@"+front+"/haproxy?stats;csv").body
	rows := strings.Split(strings.TrimPrefix(body, "# "), "\n")
	for i, name := range strings.Split(rows[0], ",") {
		if name != "status" {
			continue
		}
		for _, row := range rows[1:] {
			if cells := strings.Split(row, ","); len(cells) > i && cells[0] == "webservers" && cells[1] == server {
				return cells[i]
			}
		}
	}
	return ""
}

// TestKillZero checks what the tutorial's keepalived asks: is a process of that
// name there? It has to be gone soon after a stop.
func TestKillZero(t *testing.T) {
	t.Parallel()
	front := freeAddr(t)
	cfg := writeFile(t, t.TempDir()+"/haproxy.cfg", "defaults\n    mode tcp\n    timeout client 5s\n    timeout connect 5s\n    timeout server 5s\nlisten a\n    bind "+front+"\n    server s 127.0.0.1:1\n")
	pidfile := t.TempDir() + "/pid"
	must(t, asHAProxy(t, needGohap(t)), "-D", "-f", cfg, "-p", pidfile)
	pid := readPID(t, pidfile)
	t.Cleanup(func() { endPID(t, pid) })
	if comm(t, pid) != "haproxy" || syscall.Kill(pid, 0) != nil {
		t.Errorf("process %d is %s", pid, comm(t, pid))
	}
	syscall.Kill(pid, syscall.SIGTERM)
	if !within(2*time.Second, func() bool { return gone(pid) }) {
		t.Error("still there two seconds after SIGTERM")
	}
}
