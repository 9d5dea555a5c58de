package health

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// attempt runs a check once, as the scheduler does.
func attempt(c *Check) Result {
	s := New(Options{}).Backend(BackendConfig{Name: "b"}).Server(ServerConfig{Name: "s", Weight: 1, Check: c}, nil)
	return s.check.examine(context.Background())
}

// TestTLS pins the results of handshakes to those of haproxy's check-ssl.
func TestTLS(t *testing.T) {
	wrap := func(ctx context.Context, c net.Conn) (net.Conn, error) {
		s := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
		return s, s.HandshakeContext(ctx)
	}
	for _, c := range []struct {
		name   string
		server func(net.Conn)
		probe  Probe
		status Status
		info   string
	}{
		{"plain", say("HTTP/1.0 400 Bad\r\n\r\n"), nil, L6Rsp, "SSL handshake failure"},
		{"close", say(""), nil, L6Rsp, "SSL handshake failure"},
		{"silent", stay(""), nil, L6TOut, ""},
		{"plain, tcp-check", say("x"), tcp(&Connect{TLS: true}), L6Rsp, "SSL handshake failure at step 1 of tcp-check (connect)"},
		{"silent, tcp-check", stay(""), tcp(&Connect{TLS: true}), L6TOut, " at step 1 of tcp-check (connect)"},
	} {
		r := attempt(&Check{
			Target: Target{Address: serve(t, c.server)}, TLS: wrap, Probe: c.probe,
			Secure: func(string, []string) Wrapper { return wrap },
			Pace:   Pace{Inter: 300 * time.Millisecond},
		})
		if r.Status != c.status || r.Info != c.info {
			t.Errorf("%s: %v %q", c.name, r.Status, r.Info)
		}
	}
}

func TestProxyLines(t *testing.T) {
	for _, c := range []struct {
		preamble func(net.Conn) []byte
		want     func(client, server net.Addr) string
	}{
		{ProxyV1, func(c, s net.Addr) string {
			return fmt.Sprintf("PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\nPING", c.(*net.TCPAddr).Port, s.(*net.TCPAddr).Port)
		}},
		{ProxyV2, func(net.Addr, net.Addr) string {
			return "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00PING"
		}},
	} {
		got := make(chan error, 1)
		addr := serve(t, func(conn net.Conn) {
			want := c.want(conn.RemoteAddr(), conn.LocalAddr())
			b := make([]byte, 0, 100)
			for len(b) < len(want) {
				n, err := conn.Read(b[len(b):cap(b)])
				if b = b[:len(b)+n]; err != nil {
					break
				}
			}
			if string(b) != want {
				got <- fmt.Errorf("sent %q, want %q", b, want)
			} else {
				got <- nil
			}
			conn.Write([]byte("+PONG"))
		})
		attempt(&Check{
			Target: Target{Address: addr}, Preamble: c.preamble,
			Probe: tcp(send("PING"), expect(MatchString("+PONG"))),
		})
		if err := <-got; err != nil {
			t.Error(err)
		}
	}
}

// TestDialFailures pins the words for what a dialer may return.
func TestDialFailures(t *testing.T) {
	op := func(call string, no syscall.Errno) error {
		return &net.OpError{Op: "dial", Err: os.NewSyscallError(call, no)}
	}
	for _, c := range []struct {
		network string
		err     error
		status  Status
		info    string
	}{
		{"tcp", op("connect", syscall.ECONNREFUSED), L4Con, "Connection refused"},
		{"tcp", op("connect", syscall.EHOSTUNREACH), L4Con, "No route to host"},
		{"tcp", op("connect", syscall.ETIMEDOUT), L4Con, "Connection timed out"},
		{"tcp", op("connect", syscall.ENETUNREACH), L4Con, "General socket error (Network is unreachable)"},
		{"tcp", op("bind", syscall.EADDRNOTAVAIL), L4Con, "Can't bind to source address (Cannot assign requested address)"},
		{"unix", op("connect", syscall.ENOENT), SockErr, "General socket error (No such file or directory)"},
		{"tcp", context.DeadlineExceeded, L4TOut, ""},
		{"tcp", os.ErrDeadlineExceeded, L4TOut, ""},
		{"tcp", errors.New("no such server"), L4Con, "no such server"},
	} {
		if r := dialFailure(Target{Network: c.network}, c.err); r.Status != c.status || r.Info != c.info {
			t.Errorf("%v: %v %q", c.err, r.Status, r.Info)
		}
	}
}
