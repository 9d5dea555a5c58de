package peer

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Rsyslogd is a running rsyslogd with inputs and files of its own.
type Rsyslogd struct {
	*Process
	UDP    string // "127.0.0.1:PORT" of its UDP input
	Socket string // path of its unix datagram input, for use as /dev/log
	Log    string // file of the lines whose program name starts with "haproxy"
	Other  string // file of all other lines

	dir string
}

// Rsyslog starts the installed rsyslogd with the rules of Debian's haproxy
// package: messages of programs called haproxy* go to a file of their own.
// Extra is further configuration text, before these rules.
func Rsyslog(t testing.TB, extra string) *Rsyslogd {
	t.Helper()
	dir := Dir(t)
	r := &Rsyslogd{
		Socket: filepath.Join(dir, "dev-log"),
		Log:    filepath.Join(dir, "haproxy.log"),
		Other:  filepath.Join(dir, "syslog"),
		dir:    dir,
	}
	program := Need(t, "rsyslogd")
	r.UDP = Addr(t)
	write(t, dir, "rsyslog.conf", strings.NewReplacer(
		"DIR", dir, "SOCKET", r.Socket, "LOG", r.Log, "OTHER", r.Other, "EXTRA", extra,
		"PORT", r.UDP[strings.LastIndexByte(r.UDP, ':')+1:],
	).Replace(`
global(workDirectory="DIR")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
input(type="imuxsock" Socket="SOCKET" CreatePath="on" UseSysTimeStamp="off")
input(type="imudp" address="127.0.0.1" port="PORT")
EXTRA
:programname, startswith, "haproxy" {
  LOG
  stop
}
*.* OTHER
`))
	r.start(t, program)
	return r
}

// Restart ends the daemon and starts it again on the same sockets and files.
func (r *Rsyslogd) Restart(t testing.TB) {
	t.Helper()
	r.Stop(t)
	r.start(t, Need(t, "rsyslogd"))
}

func (r *Rsyslogd) start(t testing.TB, program string) {
	t.Helper()
	// A socket left behind by the previous run would look like a daemon.
	os.Remove(r.Socket)
	r.Process = Run(t, program, "-n", "-f", filepath.Join(r.dir, "rsyslog.conf"),
		"-i", filepath.Join(r.dir, "rsyslog.pid"))
	r.WaitPort(t, r.Socket)
	if !until(r.Exited(), func() bool { return receives(r.UDP) }) {
		t.Fatalf("rsyslogd does not receive on %s:\n%s", r.UDP, r.Output.Text())
	}
}

// receives reports whether somebody holds that UDP port.
func receives(addr string) bool {
	c, err := net.ListenPacket("udp4", addr)
	if err != nil {
		return true
	}
	c.Close()
	return false
}

// String names the daemon in a test's messages.
func (r *Rsyslogd) String() string { return fmt.Sprintf("rsyslogd in %s", r.dir) }
