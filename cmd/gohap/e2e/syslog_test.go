package e2e

import (
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// syslogSink is a syslog daemon on UDP that keeps every datagram.
type syslogSink struct {
	addr string

	mu    sync.Mutex
	lines []string
	more  chan struct{} // closed and replaced at every line
}

// newSyslogSink starts a sink that lives until the test ends.
func newSyslogSink(t testing.TB) *syslogSink {
	t.Helper()
	pc, err := net.ListenPacket("udp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	roomy(pc.(*net.UDPConn))
	s := &syslogSink{addr: pc.LocalAddr().String(), more: make(chan struct{})}
	go s.serve(pc)
	return s
}

// roomy gives a socket a buffer for bursts of messages, beyond the system's
// limit where that is allowed.
func roomy(c *net.UDPConn) {
	const bytes = 64 << 20
	c.SetReadBuffer(bytes)
	if runtime.GOOS != "linux" {
		return
	}
	if raw, err := c.SyscallConn(); err == nil {
		const soRcvbufForce = 33
		raw.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, soRcvbufForce, bytes) })
	}
}

func (s *syslogSink) serve(pc net.PacketConn) {
	buf := make([]byte, 65536)
	for {
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.lines = append(s.lines, strings.TrimSuffix(string(buf[:n]), "\n"))
		close(s.more)
		s.more = make(chan struct{})
		s.mu.Unlock()
	}
}

// all returns the lines received so far.
func (s *syslogSink) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.lines...)
}

// await waits until ok says yes of the lines received, and returns them with
// that verdict.
func (s *syslogSink) await(limit time.Duration, ok func([]string) bool) ([]string, bool) {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		lines, more := s.lines[:len(s.lines):len(s.lines)], s.more
		s.mu.Unlock()
		if ok(lines) {
			return lines, true
		}
		select {
		case <-more:
		case <-timeout.C:
			return lines, false
		}
	}
}
