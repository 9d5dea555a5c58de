package health

import (
	"context"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a dialer whose servers are at the other end of a pipe, and record
// what they receive.
type pipes struct{ got chan string }

func (p pipes) Dial(_ context.Context, _ Target) (net.Conn, error) {
	near, far := net.Pipe()
	go func() {
		far.SetReadDeadline(time.Now().Add(time.Second))
		b, _ := io.ReadAll(far)
		far.Close()
		p.got <- string(b)
	}()
	return near, nil
}

// TestBytes pins what checks send to what haproxy sends.
func TestBytes(t *testing.T) {
	for _, c := range []struct {
		probe Probe
		want  string
	}{
		{httpchk(&Request{}, &Response{}), "OPTIONS / HTTP/1.0\r\n\r\n"},
		{httpchk(&Request{Method: "HEAD", URI: "/foo", Version: "HTTP/1.1", Headers: []Header{{Name: "Host", Value: "www"}}}, &Response{}),
			"HEAD /foo HTTP/1.1\r\nhost: www\r\nconnection: close\r\n\r\n"},
		{httpchk(&Request{Method: "POST", URI: "/u", Version: "HTTP/1.1", Headers: []Header{{Name: "Host", Value: "h"}, {Name: "X-A", Value: "b c"}}, Body: "abc"}, &Response{}),
			"POST /u HTTP/1.1\r\nhost: h\r\nx-a: b c\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc"},
		{httpchk(&Request{SendState: true}, &Response{}),
			"OPTIONS / HTTP/1.0\r\nx-haproxy-server-state: UP 1/3; address=127.0.0.1; port=80; name=b/s; node=n1; weight=1/1; scur=0/0; qcur=0\r\n\r\n"},
		{Redis(), "*1\r\n$4\r\nPING\r\n"},
		{LDAP(), "0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00"},
		{PgSQL("bob"), "\x00\x00\x00\x12\x00\x03\x00\x00user\x00bob\x00\x00"},
		{MySQL("hap", true), "\n\x00\x00\x01\x00\x80\x00\x00\x01hap\x00\x00\x01\x00\x00\x00\x01"},
		{MySQL("hap", false), "%\x00\x00\x01\x00\x82\x00\x00\x00\x80\x00\x01!" + strings.Repeat("\x00", 23) + "hap\x00\x00\x01\x00\x00\x00\x01"},
		{SPOP(), "\x00\x00\x00N\x01\x00\x00\x00\x01\x00\x00\x12supported-versions\x08\x032.0\x0emax-frame-size\x03\xfc\xf0\x06\x0ccapabilities\x08\x00\x0bhealthcheck\x11"},
		{SSLHello(), unhex("16030000790100007503006b00e0ff484150524f585953534c43484b0a484150524f585953534c43484b0a00004e000100020003000400050006000700080009000a000b000c000d000e000f0010001100120013001400150016001700180019001a001b002f0030003100320033003400350036003700380039003a0100")},
	} {
		synctest.Test(t, func(t *testing.T) {
			// The time of day in the hello of SSL, as when it was recorded.
			if _, ok := c.probe.(*Script); ok && strings.HasPrefix(c.want, "\x16") {
				time.Sleep(time.Until(time.Unix(0x6b00e0ff, 0)))
			}
			d := pipes{make(chan string, 1)}
			s := New(Options{Dialer: d, Node: "n1"})
			s.Backend(BackendConfig{Name: "b"}).Server(ServerConfig{
				Name: "s", Weight: 1,
				Check: &Check{Probe: c.probe, Target: Target{Address: "127.0.0.1:80"}},
			}, nil)
			s.Start()
			if got := <-d.got; got != c.want {
				t.Errorf("sent %q, want %q", got, c.want)
			}
			s.Stop()
		})
	}
}

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
