package e2e

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// seed3Config is the fourth tutorial's file: a stock file with a TCP frontend
// and backend of one name at its end. Checks run more often than by default and
// refused connections are not retried, to save time.
const seed3Config = `global
	log %[1]s	local0
	log %[1]s	local1 notice
	stats socket %[2]s mode 660 level admin
	stats timeout 30s
	daemon

	ca-base /etc/ssl/certs
	crt-base /etc/ssl/private
	ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
	ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets

defaults
	log	global
	mode	http
	option	httplog
	option	dontlognull
	timeout connect 5000
	timeout client  50000
	timeout server  50000
	retries 0

frontend web-test
    bind %[3]s
    mode tcp
    default_backend web-test

backend web-test
    mode tcp
    balance roundrobin
    server server1 %[4]s %[7]s
    server server2 %[5]s %[7]s
    server server3 %[6]s %[7]s
`

// TestSeed3 follows the TCP balancing tutorial: the systemd unit, three servers,
// active checks, reloads that work and one that does not.
func TestSeed3(t *testing.T) {
	t.Parallel()
	programs(t, seed3)
}

func seed3(t *testing.T, bin string) []string {
	sink := newSyslogSink(t)
	var servers []*appServer
	for i := 1; i <= 3; i++ {
		servers = append(servers, newNginx(t, fmt.Sprintf("server%d", i), freeAddr(t)))
	}
	front := freeAddr(t)
	cli := filepath.Join(publicDir(t), "admin.sock")
	config := fmt.Sprintf(seed3Config, sink.addr, cli, front, servers[0].addr, servers[1].addr, servers[2].addr, "check inter 200ms")
	u := newUnit(t, bin, config)
	var seen []string

	version := must(t, u.haproxy, "-v")
	if !versionLine.MatchString(version) {
		t.Errorf("-v prints %q", version)
	}
	url := "http://" + front + "/"
	if order := answers(t, url, 9); !alternates(order, "server1", "server2", "server3") {
		t.Errorf("no round robin: %v", order)
	}
	seen = append(seen, "start:")
	seen = append(seen, showProc(t, u.master)...)

	// A config with a mistake: the check says so, and a reload leaves the old
	// worker serving.
	worker := workerPID(t, u.master)
	u.configure(t, config+"    nosuchword\n")
	seen = append(seen, fmt.Sprint("check of a wrong file: exit ", u.check(t)))
	u.reload(t)
	eventually(t, 10*time.Second, "the failure is told", func() bool {
		return strings.Contains(u.proc.stderr.String(), "nosuchword") && strings.Contains(u.proc.stderr.String(), "Loading failure!")
	})
	u.notify.ready(t, 2)
	answers(t, url, 3)
	if now := workerPID(t, u.master); now != worker {
		t.Errorf("worker %d became %d on a failed reload", worker, now)
	}
	u.configure(t, config)
	stop := keepAsking(url)
	u.reload(t)
	u.notify.ready(t, 3)
	eventually(t, 10*time.Second, "the old worker ends", func() bool { return gone(worker) })
	if asked, failed := stop(); len(failed) > 0 {
		t.Errorf("%d of %d requests failed during the reload: %s", len(failed), asked, failed[0])
	}
	seen = append(seen, "after two reloads:")
	seen = append(seen, showProc(t, u.master)...)

	// One server after the other is switched off.
	for i, s := range servers {
		s.down(t)
		eventually(t, 10*time.Second, s.name+" is found down", func() bool {
			return strings.Contains(u.proc.stderr.String(), s.name+" is DOWN")
		})
		if i < 2 {
			answers(t, url, 3)
		}
	}
	sink.await(5*time.Second, func(all []string) bool { return countContaining(all, "no server available") > 1 })
	if answer := exchange(t, front, ""); answer != "" {
		t.Errorf("with all servers down: %q", answer)
	}
	servers[0].up(t)
	eventually(t, 10*time.Second, "server1 is found up", func() bool {
		return strings.Contains(u.proc.stderr.String(), "server1 is UP")
	})
	answers(t, url, 2)
	seen = append(seen, fmt.Sprint("stopped: exit ", u.stop(t)))
	seen = append(seen, u.messages()...)
	seen = append(seen, seed3Lines(stderrLines(u.proc.stderr.String()), u.config)...)
	for _, line := range sink.all() {
		if strings.Contains(line, " is DOWN") || strings.Contains(line, " is UP") || strings.Contains(line, "no server") {
			seen = append(seen, "syslog: "+peersLog(line))
		}
	}
	return seen
}

var versionLine = regexp.MustCompile(`^HAProxy version 2\.6\.\S+ \d{4}/\d\d/\d\d - https://haproxy\.org/\n`)

// seed3Lines sorts what two processes printed side by side, each line once: of
// a wrong config gohap says more than HAProxy.
func seed3Lines(lines []string, config string) []string {
	var out []string
	for _, line := range lines {
		line = strings.ReplaceAll(line, config, "CONFIG")
		out = append(out, "stderr: "+sessions.ReplaceAllString(line, "N sessions"))
	}
	sort.Strings(out)
	return slices.Compact(out)
}

var sessions = regexp.MustCompile(`\d+ sessions|FE: \d+, BE: \d+`)

// showProc asks the master for its processes and masks numbers.
func showProc(t testing.TB, master string) []string {
	t.Helper()
	text, err := cliCommand(master, "show proc")
	if err != nil {
		t.Fatalf("show proc: %v", err)
	}
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if strings.HasPrefix(line, "#") {
			out = append(out, strings.TrimSpace(line))
			continue
		}
		fields := strings.Fields(line) // pid type reloads uptime version
		if len(fields) < 5 {
			t.Errorf("show proc has the line %q", line)
			continue
		}
		out = append(out, strings.Join(fields[1:len(fields)-2], " "))
	}
	return out
}

// workerPID returns the process id of the current worker.
func workerPID(t testing.TB, master string) int {
	t.Helper()
	text, err := cliCommand(master, "show proc")
	if err != nil {
		t.Fatalf("show proc: %v", err)
	}
	pid := 0
	current, _, _ := strings.Cut(text, "# old workers")
	for _, line := range strings.Split(current, "\n") {
		fields := strings.Fields(line)
		if len(fields) > 1 && fields[1] == "worker" {
			fmt.Sscan(fields[0], &pid)
		}
	}
	if pid == 0 {
		t.Fatalf("no worker in\n%s", text)
	}
	return pid
}

// TestSeed3Passive is the tutorial's last variant: failing connections of users
// take a server out, not checks.
func TestSeed3Passive(t *testing.T) {
	t.Parallel()
	programs(t, func(t *testing.T, bin string) []string {
		sink := newSyslogSink(t)
		one, two := newNginx(t, "server1", freeAddr(t)), newNginx(t, "server2", freeAddr(t))
		three := newNginx(t, "server3", freeAddr(t))
		front := freeAddr(t)
		cli := filepath.Join(publicDir(t), "admin.sock")
		// The first server is checked at the start; then no check runs within
		// the hour, and only users' connections tell.
		u := newUnit(t, bin, fmt.Sprintf(seed3Config, sink.addr, cli, front, one.addr, two.addr, three.addr,
			"check inter 1h observe layer4 error-limit 10 on-error mark-down"))
		eventually(t, 10*time.Second, "the first check is over", func() bool {
			return statText(cli, "web-test", "server1", "check_status") == "L4OK"
		})
		one.down(t)
		failed := 0
		for range 60 {
			c, err := net.Dial("tcp", front)
			if err != nil {
				t.Fatal(err)
			}
			c.SetDeadline(time.Now().Add(10 * time.Second))
			fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
			if n, _ := c.Read(make([]byte, 1)); n == 0 {
				failed++
			}
			c.Close()
			if strings.Contains(u.proc.stderr.String(), "server1 is DOWN") {
				break
			}
		}
		eventually(t, 5*time.Second, "server1 is marked down", func() bool {
			return strings.Contains(u.proc.stderr.String(), "server1 is DOWN")
		})
		seen := []string{fmt.Sprint(failed, " connections failed")}
		lines, _ := sink.await(5*time.Second, func(all []string) bool { return countContaining(all, " is DOWN") >= 2 })
		for _, line := range lines {
			if strings.Contains(line, " is DOWN") {
				seen = append(seen, peersLog(line))
			}
		}
		if order := answers(t, "http://"+front+"/", 4); !alternates(order, "server2", "server3") {
			t.Errorf("after the mark-down: %v", order)
		}
		return seen
	})
}

// statText reads one cell of "show stat".
func statText(path, proxy, server, column string) string {
	text, err := cliCommand(path, "show stat")
	if err != nil {
		return ""
	}
	rows := strings.Split(strings.TrimPrefix(text, "# "), "\n")
	at := -1
	for i, name := range strings.Split(rows[0], ",") {
		if name == column {
			at = i
		}
	}
	for _, row := range rows[1:] {
		cells := strings.Split(row, ",")
		if at >= 0 && len(cells) > at && cells[0] == proxy && cells[1] == server {
			return cells[at]
		}
	}
	return ""
}

// TestVersionFields checks what scripts read of -v and -vv.
func TestVersionFields(t *testing.T) {
	t.Parallel()
	bin := asHAProxy(t, needGohap(t))
	rc, out, _ := output(t, exec.Command(bin, "-vv"))
	if rc != 0 || !versionLine.MatchString(out) || !strings.Contains(out, "\nFeature list : ") {
		t.Errorf("-vv: exit %d\n%s", rc, out)
	}
	rc, out, errs := output(t, exec.Command(bin))
	if rc != 1 || !versionLine.MatchString(out) || !strings.Contains(errs+out, "Usage : haproxy [-f <cfgfile|cfgdir>]*") {
		t.Errorf("without arguments: exit %d\n%s\n%s", rc, out, errs)
	}
}
