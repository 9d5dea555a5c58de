package conn

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/internal/peer"
)

const haproxyDefaults = `
global
    log stdout format raw local0
defaults
    mode tcp
    log global
    timeout connect 5s
    timeout client 10s
    timeout server 10s
`

// TestBindErrorsAsHAProxy: the same failure, the same words.
func TestBindErrorsAsHAProxy(t *testing.T) {
	haproxy := peer.Need(t, "haproxy")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	abstract := fmt.Sprint("conn-taken-", os.Getpid())
	if _, err := Listen(&ListenOptions{Kind: ListenAbstract, Path: abstract}); err != nil {
		t.Fatal(err)
	}
	for bind, o := range map[string]ListenOptions{
		taken.Addr().String(): {Addr: addrOf(taken)},
		"192.0.2.7:1234":      {Addr: netip.MustParseAddrPort("192.0.2.7:1234")},
		"[2001:db8::1]:1234":  {Addr: netip.MustParseAddrPort("[2001:db8::1]:1234")},
		"/nonexistent/s":      {Kind: ListenUnix, Path: "/nonexistent/s"},
		dir:                   {Kind: ListenUnix, Path: dir},
		"abns@" + abstract:    {Kind: ListenAbstract, Path: abstract},
	} {
		_, err := Listen(&o)
		if err == nil {
			t.Errorf("%s: no error", bind)
			continue
		}
		cfg := peer.File(t, "haproxy.cfg", haproxyDefaults+"frontend f\n    bind "+bind+"\n    default_backend b\nbackend b\n")
		p := peer.Start(t, exec.Command(haproxy, "-db", "-f", cfg))
		p.Wait(t)
		if want := "for frontend f: " + err.Error() + "\n"; !strings.Contains(p.Stderr.Text()+"\n", want) {
			t.Errorf("ours: %s\nhaproxy: %s", err, p.Stderr.Text())
		}
	}
}

// TestSocketsWithHAProxy goes through haproxy from one of our sockets to another,
// over abstract and ordinary unix sockets and with PROXY headers of both versions.
func TestSocketsWithHAProxy(t *testing.T) {
	dir := t.TempDir()
	name := fmt.Sprint("conn-test-", os.Getpid())
	_, tcp := listenAt(t, &ListenOptions{})
	_, unix := listenAt(t, &ListenOptions{Kind: ListenUnix, Path: filepath.Join(dir, "back")})
	_, abns := listenAt(t, &ListenOptions{Kind: ListenAbstract, Path: name + "-back"})
	v1, v2 := peer.Addr(t), peer.Addr(t)
	peer.HAProxy(t, haproxyDefaults+fmt.Sprintf(`
listen one
    bind %s accept-proxy
    server s %s send-proxy-v2 proxy-v2-options crc32c
listen two
    bind %s accept-proxy
    server s %s/back send-proxy
listen three
    bind abns@%s
    server s abns@%s-back send-proxy
`, v1, tcp.addr, v2, dir, name, name))
	src, dst := netip.MustParseAddrPort("1.2.3.4:1111"), netip.MustParseAddrPort("[2001:db8::1]:80")
	for _, x := range []struct {
		name   string
		dial   DialOptions
		header []byte
		back   <-chan *Conn
		src    string
	}{
		{"version 1 in, 2 out", DialOptions{Addr: netip.MustParseAddrPort(v1)},
			proxyproto.AppendV1(nil, src, dst), tcp.conns, "[::ffff:1.2.3.4]:1111"},
		{"version 2 in, 1 out", DialOptions{Addr: netip.MustParseAddrPort(v2)},
			proxyproto.AppendV2(nil, src, dst, &proxyproto.Options{CRC32C: true, UniqueID: []byte("x")}), unix.conns, "[::ffff:1.2.3.4]:1111"},
		{"abstract", DialOptions{Path: name, Abstract: true}, nil, abns.conns, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			c, err := Dial(&x.dial)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.Writev(x.header, []byte("hello"), nil)
			s := <-x.back
			defer s.Close()
			h, err := AcceptProxy(s, make([]byte, 512))
			if err != nil {
				t.Fatal(err)
			}
			if want := ""; h.Src.IsValid() {
				if want = h.Src.String(); want != x.src || h.Dst != dst {
					t.Fatal(h.Src, h.Dst)
				}
			} else if x.src != "" {
				t.Fatal("no addresses")
			}
			if got := make([]byte, 5); readString(s, got) != "hello" {
				t.Fatalf("%q", got)
			}
		})
	}
}

type listening struct {
	addr  netip.AddrPort
	conns <-chan *Conn
}

func listenAt(t *testing.T, o *ListenOptions) (*Listener, listening) {
	l, ch := listen(t, o)
	return l, listening{l.Addr(), ch}
}

// TestRelayAsHAProxy has clients and servers end sessions in many ways, through
// haproxy and through a relay, and compares what both peers saw, the bytes
// counted and the termination state.
func TestRelayAsHAProxy(t *testing.T) {
	back, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	// Short timeouts where the peers are silent, long ones where they act.
	short := timeouts{200 * time.Millisecond, 300 * time.Millisecond, 120 * time.Millisecond, 80 * time.Millisecond}
	long := timeouts{10 * time.Second, 10 * time.Second, 0, 0}
	fronts := map[bool]string{true: peer.Addr(t), false: peer.Addr(t)}
	cfg := haproxyDefaults
	for silent, front := range fronts {
		o := long
		if silent {
			o = short
		}
		cfg += fmt.Sprintf("listen %v\n    bind %s\n    server s %s\n    log-format \"ended %%ts in=%%U out=%%B\"\n",
			silent, front, back.Addr()) + o.String()
	}
	haproxy := peer.HAProxy(t, cfg)
	ended := make(chan string, 1)
	ours := map[bool]string{
		true:  relayTo(t, addrOf(back), short, ended),
		false: relayTo(t, addrOf(back), long, ended),
	}

	for _, x := range []struct {
		name   string
		silent bool
		do     func(c, s *net.TCPConn) string
	}{
		{"both silent", true, func(c, s *net.TCPConn) string { return sees(c) + sees(s) }},
		{"client closes", false, func(c, s *net.TCPConn) string { c.CloseWrite(); r := sees(s); s.Close(); return r + sees(c) }},
		{"server closes", false, func(c, s *net.TCPConn) string { s.CloseWrite(); r := sees(c); c.Close(); return r + sees(s) }},
		{"client closes, server silent", true, func(c, s *net.TCPConn) string { c.CloseWrite(); return sees(s) + sees(c) }},
		{"server closes, client silent", true, func(c, s *net.TCPConn) string { s.CloseWrite(); return sees(c) + sees(s) }},
		{"client resets", false, func(c, s *net.TCPConn) string { reset(c); return sees(s) }},
		{"server resets", false, func(c, s *net.TCPConn) string { reset(s); return sees(c) }},
		{"client closes, server resets", false, func(c, s *net.TCPConn) string { c.CloseWrite(); r := sees(s); reset(s); return r + sees(c) }},
		{"server closes, client resets", false, func(c, s *net.TCPConn) string { s.CloseWrite(); r := sees(c); reset(c); return r + sees(s) }},
		{"data after the client's end", false, func(c, s *net.TCPConn) string {
			c.CloseWrite()
			r := sees(s)
			s.Write(make([]byte, 300_000))
			s.Close()
			return r + sees(c)
		}},
		{"data after the server's end", false, func(c, s *net.TCPConn) string {
			s.CloseWrite()
			r := sees(c)
			c.Write(make([]byte, 300_000))
			c.Close()
			return r + sees(s)
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			through := func(front string) string {
				c, s := dialPair(t, front, back)
				defer c.Close()
				defer s.Close()
				return x.do(c, s)
			}
			n := len(haproxy.Stdout.All())
			want := through(fronts[x.silent]) + "; " + lastLine(t, haproxy, n)
			got := through(ours[x.silent]) + "; " + <-ended
			if got != want {
				t.Fatalf("ours:    %s\nhaproxy: %s", got, want)
			}
		})
	}
}

type timeouts struct{ client, server, clientFin, serverFin time.Duration }

// String gives them as a part of a section.
func (o timeouts) String() string {
	s := fmt.Sprintf("    timeout client %dms\n    timeout server %dms\n", o.client/1e6, o.server/1e6)
	if o.clientFin > 0 {
		s += fmt.Sprintf("    timeout client-fin %dms\n    timeout server-fin %dms\n", o.clientFin/1e6, o.serverFin/1e6)
	}
	return s
}

// relayTo relays what comes in at the address that it returns, and tells how each
// session ended.
func relayTo(t *testing.T, to netip.AddrPort, o timeouts, ended chan<- string) string {
	bufs := NewBuffers(0)
	l, err := Listen(&ListenOptions{Addr: loopback})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Stop)
	go l.Serve(func(c *Conn) {
		s, err := Dial(&DialOptions{Addr: to})
		if err != nil {
			c.Close()
			return
		}
		r := &Relay{Client: c, Server: s, Buffers: bufs, ClientTimeout: o.client, ServerTimeout: o.server,
			ClientFin: o.clientFin, ServerFin: o.serverFin}
		r.ToServer.Splice, r.ToClient.Splice = SpliceAuto, SpliceAuto
		r.Done = func(r *Relay, e End) {
			if e.Err == ErrReset && e.Side == ClientSide && e.First == ClientSide && !e.Writing {
				s.Abort()
			}
			s.Close()
			ended <- fmt.Sprintf("ended %s in=%d out=%d", termination(e), r.ToServer.Bytes(), r.ToClient.Bytes())
		}
		Serve(c, tunnelHandler{r})
	})
	return l.Addr().String()
}

// lastLine waits for the line that follows the first n.
func lastLine(t *testing.T, p *peer.Process, n int) string {
	t.Helper()
	all := p.Stdout.WaitN(t, n+1)
	return strings.TrimSpace(all[n])
}

type tunnelHandler struct{ r *Relay }

func (h tunnelHandler) Serve(*Conn) Next       { return Tunnel(h.r) }
func (h tunnelHandler) Idle(*Conn, error) Next { return Close() }

// termination is the state that a stream would derive.
func termination(e End) string {
	if e.Err == nil {
		return "--"
	}
	side := map[Side]string{ClientSide: "C", ServerSide: "S"}[e.Side]
	if e.Err == ErrTimeout {
		side = strings.ToLower(side)
	}
	return side + "D"
}

// dialPair connects through a proxy, and exchanges a few bytes so that both
// halves are known to stand.
func dialPair(t *testing.T, front string, back net.Listener) (c, s *net.TCPConn) {
	t.Helper()
	p, err := net.Dial("tcp", front)
	if err != nil {
		t.Fatal(err)
	}
	q, err := back.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c, s = p.(*net.TCPConn), q.(*net.TCPConn)
	exchange(t, c, s)
	exchange(t, s, c)
	return c, s
}

// sees tells what arrives until the end, and which end it is.
func sees(c *net.TCPConn) string {
	n, err := io.Copy(io.Discard, struct{ io.Reader }{c})
	switch {
	case err == nil:
		return fmt.Sprintf("%d bytes and a FIN, ", n)
	case errors.Is(err, syscall.ECONNRESET):
		return fmt.Sprintf("%d bytes and a RST, ", n)
	}
	return err.Error()
}
