package peer

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Syslog is a log daemon that keeps the datagrams it gets, one line each as
// they came, with their final line feed if they had one.
type Syslog struct {
	Lines
	Addr string // "127.0.0.1:PORT" or the path of a unix socket
	conn net.PacketConn
}

// SyslogUDP receives on a free UDP port of 127.0.0.1.
func SyslogUDP(t testing.TB) *Syslog {
	t.Helper()
	return listenSyslog(t, "udp4", "127.0.0.1:0")
}

// SyslogUnix receives on a unix datagram socket in a directory of its own.
func SyslogUnix(t testing.TB) *Syslog {
	t.Helper()
	return SyslogAt(t, filepath.Join(Dir(t), "log"))
}

// SyslogAt receives on a unix datagram socket of that path, which must not
// exist yet. Close removes it, so that a restart of the daemon can be played.
func SyslogAt(t testing.TB, path string) *Syslog {
	t.Helper()
	return listenSyslog(t, "unixgram", path)
}

func listenSyslog(t testing.TB, network, addr string) *Syslog {
	t.Helper()
	conn, err := net.ListenPacket(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	s := &Syslog{Addr: conn.LocalAddr().String(), conn: conn}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for {
			n, _, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			s.Add(string(buf[:n]))
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return s
}

// Close stops receiving and removes the unix socket. The lines stay.
func (s *Syslog) Close() {
	s.conn.Close()
	if strings.HasPrefix(s.Addr, "/") {
		os.Remove(s.Addr)
	}
}
