package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// socksServer is a SOCKS proxy of version 4 that does as it is told.
type socksServer struct {
	addr string

	mu   sync.Mutex
	does string
	seen []string
}

func startSOCKS(t *testing.T) *socksServer {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &socksServer{addr: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c)
		}
	}()
	return s
}

func (s *socksServer) set(does string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.does, s.seen = does, nil
}

func (s *socksServer) requests() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.seen, " ")
}

func (s *socksServer) serve(c net.Conn) {
	defer c.Close()
	var request []byte
	for b := make([]byte, 1); len(request) < 9 || b[0] != 0; request = append(request, b[0]) {
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
	}
	s.mu.Lock()
	s.seen = append(s.seen, fmt.Sprintf("%q", request))
	does := s.does
	s.mu.Unlock()
	switch does {
	case "deny":
		c.Write(append([]byte{0, 0x5b}, request[2:8]...))
		io.Copy(io.Discard, c)
	case "talk":
		io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		io.Copy(io.Discard, c)
	case "close":
	case "slow", "grant":
		answer := append([]byte{0, 0x5a}, request[2:8]...)
		if does == "slow" {
			for len(answer) > 1 {
				c.Write(answer[:1])
				answer = answer[1:]
			}
		}
		port := int(request[2])<<8 | int(request[3])
		to, err := net.Dial("tcp", net.JoinHostPort(net.IP(request[4:8]).String(), itoa(port)))
		if err != nil {
			return
		}
		defer to.Close()
		c.Write(answer)
		go func() { io.Copy(to, c); to.(*net.TCPConn).CloseWrite() }()
		io.Copy(c, to)
	}
}

// TestSOCKS4 has both programs reach a server through a SOCKS proxy.
func TestSOCKS4(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	server, six := cookieServer(t, "127.0.0.1:0"), cookieServer(t, "[::1]:0")
	proxy := startSOCKS(t)
	proxy.set("grant")
	a, b := startThroughSOCKS(t, ref, server, six, proxy.addr, ""), startThroughSOCKS(t, bin, server, six, proxy.addr, "")
	for _, does := range []string{"grant", "deny", "talk", "close", "slow"} {
		for _, path := range []string{"four", "six", "retry"} {
			proxy.set(does)
			want := a.ask(t, path)
			seen := proxy.requests()
			proxy.set(does)
			if got := b.ask(t, path); got != want {
				t.Errorf("%s, %s: got %q, want %q", does, path, got, want)
			}
			if got := proxy.requests(); got != seen {
				t.Errorf("%s, %s: asks the proxy for %s, want %s", does, path, got, seen)
			}
			if path == "four" && does == "grant" && (seen == "" || !strings.HasPrefix(want, "200 ")) {
				t.Errorf("HAProxy: %q, asked for %q", want, seen)
			}
		}
	}
}

// TestSOCKS4Checks has checks go through a SOCKS proxy, or not.
func TestSOCKS4Checks(t *testing.T) {
	t.Parallel()
	server, proxy := cookieServer(t, "127.0.0.1:0"), startSOCKS(t)
	proxy.set("deny")
	for _, program := range []string{needHAProxy(t), needGohap(t)} {
		p := startThroughSOCKS(t, program, server, server, proxy.addr, fmt.Sprintf(`backend checked
    option httpchk
    default-server inter 100ms fall 1 rise 1
    server via %[1]s socks4 %[2]s check check-via-socks4
    server direct %[1]s socks4 %[2]s check
`, server, proxy.addr))
		eventually(t, 10*time.Second, program+": a check that fails", func() bool {
			return strings.Contains(statLine(t, p.socket, "via"), "SOCKERR")
		})
		eventually(t, 10*time.Second, program+": a check that needs no proxy", func() bool { return strings.Contains(statLine(t, p.socket, "direct"), "L7OK") })
		proxy.set("grant")
		eventually(t, 10*time.Second, program+": a check that passes", func() bool { return strings.Contains(statLine(t, p.socket, "via"), "L7OK") })
		proxy.set("deny")
	}
}

// statLine is what the statistics say of a server of backend "checked".
func statLine(t *testing.T, socket, server string) string {
	for line := range strings.Lines(tell(t, socket, "show stat\n")) {
		if strings.HasPrefix(line, "checked,"+server+",") {
			return line
		}
	}
	return ""
}

func startThroughSOCKS(t *testing.T, program, server, six, proxy, more string) cookieProxy {
	dir := t.TempDir()
	p := cookieProxy{freeAddr(t), filepath.Join(dir, "sock")}
	proc := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    stats socket %s level admin
defaults
    mode http
    retries 0
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s
    http-after-response set-header x-seen "%%[bc_err] %%[bc_err_str] %%[bc_dst]"
    use_backend %%[path,field(2,/)]
backend four
    http-request set-header x-a b
    server s %[3]s socks4 %[5]s
backend six
    server s %[4]s socks4 %[5]s
backend retry
    retries 1
    option redispatch 1
    server s %[3]s socks4 %[5]s
%[6]s`, p.socket, p.addr, server, six, proxy, more)))
	if !within(10*time.Second, func() bool { return listening(p.addr) || !proc.running() }) || !proc.running() {
		t.Fatalf("%s does not start:\n%s", program, proc.stderr.String())
	}
	return p
}

// ask is what a request is answered.
func (p cookieProxy) ask(t *testing.T, path string) string {
	answer, err := http.Get("http://" + p.addr + "/" + path)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Status + " " + answer.Header.Get("X-Seen")
}
