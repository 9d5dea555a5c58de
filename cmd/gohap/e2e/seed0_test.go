package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// seed0Config is the first tutorial's file with paths and addresses of this
// test: a distribution's stock file turned to TCP, two servers appended. Checks
// run more often than by default, to save time.
const seed0Config = `global
	log /dev/log	local0
	log %[1]s	local1 notice
	chroot %[2]s
	user haproxy
	group haproxy
	daemon

defaults
	log	global
	mode	tcp
	option	tcplog
	option	dontlognull
	%[6]s
	default-server inter 200ms
	errorfile 503 %[7]s

frontend www
   bind %[3]s
   default_backend wordpress-backend

backend wordpress-backend
   balance roundrobin
   mode tcp
   server wordpress-1 %[4]s check
   server wordpress-2 %[5]s check
`

const (
	newTimeouts = "timeout connect 5000\n\ttimeout client 50000\n\ttimeout server 50000"
	oldTimeouts = "contimeout 5000\n\tclitimeout 50000\n\tsrvtimeout 50000"
)

// TestSeed0 follows the layer 4 tutorial: init script, chroot, syslog by the
// socket in the chroot and by UDP, TCP balancing between two web servers.
func TestSeed0(t *testing.T) {
	t.Parallel()
	needRoot(t)
	programs(t, func(t *testing.T, bin string) []string { return seed0(t, bin, newTimeouts) })
}

// TestSeed0Legacy runs the tutorial with the timeouts of its day, which HAProxy
// does not take any more.
func TestSeed0Legacy(t *testing.T) {
	t.Parallel()
	needRoot(t)
	bin := needGohap(t)
	if selfCheck() {
		t.Skip("HAProxy refuses the old timeouts")
	}
	seed0(t, bin, oldTimeouts)
}

func seed0(t *testing.T, bin, timeouts string) []string {
	var seen []string
	jail := publicDir(t)
	syslog := newSyslogDaemon(t, filepath.Join(jail, "dev", "log"))
	one, two := newNginx(t, "wordpress-1", freeAddr(t)), newNginx(t, "wordpress-2", freeAddr(t))
	front := freeAddr(t)
	errorFile, err := filepath.Abs(testdata("cfg", "errors", "503.http"))
	if err != nil {
		t.Fatal(err)
	}
	svc := newInitService(t, bin, fmt.Sprintf(seed0Config, syslog.udp, jail, front, one.addr, two.addr, timeouts, errorFile))

	svc.defaults(t, "ENABLED=0\n")
	svc.do(t, "start")
	if listening(front) {
		t.Error("started though ENABLED=0")
	}
	svc.defaults(t, "ENABLED=1\n")
	seen = append(seen, svc.status(t, 3))
	svc.must(t, "start")
	if !listening(front) {
		t.Error("the init script is back before the port is bound")
	}
	seen = append(seen, svc.status(t, 0))
	pid := readPID(t, svc.pidfile)
	if st, err := os.Stat(svc.pidfile); err != nil || st.Mode().Perm() != 0o644 {
		t.Errorf("pidfile: %v %v", st.Mode(), err)
	}
	uid, gid := procIDs(t, pid)
	if uid == "0" || gid == "0" {
		t.Errorf("runs as %s:%s", uid, gid)
	}
	if root, err := os.Readlink(fmt.Sprintf("/proc/%d/root", pid)); err != nil || root != jail {
		t.Errorf("root is %s, %v", root, err)
	}
	if name := comm(t, pid); name != "haproxy" {
		t.Errorf("the process is called %s", name)
	}

	url := "http://" + front + "/"
	// A check that comes late on a busy machine takes a server out for a moment.
	eventually(t, 20*time.Second, "round robin", func() bool {
		return alternates(answers(t, url, 6), "wordpress-1", "wordpress-2")
	})
	tcplog := regexp.MustCompile(fmt.Sprintf(`haproxy\[%d\]: 127\.0\.0\.1:\d+ \[[^\]]+\] www wordpress-backend/wordpress-[12] \d+/\d+/\d+ \d+ -- 1/1/0/0/0 0/0$`, pid))
	traffic := syslog.await(t, "a connection", tcplog.MatchString)
	seen = append(seen, byteCount.ReplaceAllString(server12.ReplaceAllString(systemLog(traffic), "wordpress-N"), " bytes --"))

	// The log daemon may come and go.
	syslog.down(t)
	answers(t, url, 2)
	before := len(syslog.lines(t))
	syslog.up(t)
	answers(t, url, 1)
	eventually(t, 10*time.Second, "log lines after a restart of the log daemon", func() bool {
		for _, line := range syslog.lines(t)[before:] {
			if tcplog.MatchString(line) {
				return true
			}
		}
		return false
	})

	// One server goes, the other one takes everything.
	one.down(t)
	down := syslog.await(t, "wordpress-1 is DOWN", func(line string) bool {
		return strings.Contains(line, "Server wordpress-backend/wordpress-1 is DOWN")
	})
	seen = append(seen, systemLog(down))
	if got := answers(t, url, 4); !equal(got, "wordpress-2", "wordpress-2", "wordpress-2", "wordpress-2") {
		t.Errorf("with one server down: %v", got)
	}
	one.up(t)
	up := syslog.await(t, "wordpress-1 is UP", func(line string) bool {
		return strings.Contains(line, "Server wordpress-backend/wordpress-1 is UP")
	})
	seen = append(seen, systemLog(up))

	// A reload loses nobody, but for what the kernel had queued on the socket of
	// the old process: without -x, HAProxy may lose that too.
	stop := keepAsking(url)
	svc.must(t, "reload")
	eventually(t, stopLimit, "the old process ends", func() bool { return gone(pid) })
	if asked, failed := stop(); len(failed) > 1 {
		t.Errorf("%d of %d requests failed during the reload: %s", len(failed), asked, failed[0])
	}
	old := pid
	if pid = readPID(t, svc.pidfile); pid == old {
		t.Error("the pidfile still has the old process")
	}

	syscall.Kill(pid, syscall.SIGKILL)
	eventually(t, stopLimit, "the process is gone", func() bool { return gone(pid) })
	if within(time.Second, func() bool { return syscall.Kill(pid, 0) != nil }) {
		seen = append(seen, strings.ReplaceAll(svc.status(t, 1), svc.pidfile, "PIDFILE"))
	} // else nobody collects orphans here, and ps would still see a zombie
	svc.must(t, "start")
	svc.must(t, "stop")
	if !refused(front) {
		t.Error("stopped, yet the port is open")
	}
	return append(seen, svc.status(t, 3))
}

var (
	server12  = regexp.MustCompile(`wordpress-[12]`)
	byteCount = regexp.MustCompile(` \d+ --`)
)

func equal(got []string, want ...string) bool {
	return strings.Join(got, " ") == strings.Join(want, " ")
}
