package resolver

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/runtime/internal/peer"
	"gohap/runtime/resolver/testdns"
)

// section makes a section with one name server on real sockets.
func section(t *testing.T, addr string, change func(*Config, *Nameserver)) *Section {
	c := DefaultConfig("d")
	n := &Nameserver{Name: "n", Addr: netip.MustParseAddrPort(addr)}
	change(&c, n)
	c.Nameservers = []*Nameserver{n}
	s := New(c)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// address waits for the address of a name.
func address(s *Section, name string) string {
	done := make(chan struct{})
	a := &Ask{Done: func() { close(done) }}
	if a.Start(s, name, true) {
		<-done
	}
	ip, _ := a.Result()
	return ip.String()
}

func TestUDP(t *testing.T) {
	d := testdns.Start(t, "app.example A 127.0.0.2")
	s := section(t, d.Addr, func(*Config, *Nameserver) {})
	if ip := address(s, "app.example"); ip != "127.0.0.2" {
		t.Error(ip)
	}
	if q := d.Queries.All(); len(q) != 1 || q[0] != "udp A app.example" {
		t.Error(q)
	}
}

// TestUDPComesBack has a name server that is not there at first: errors of the
// socket end no look-up.
func TestUDPComesBack(t *testing.T) {
	addr := peer.Addr(t)
	s := section(t, addr, func(c *Config, _ *Nameserver) { c.Retries, c.Retry = 1000, 20*time.Millisecond })
	got := make(chan string)
	go func() { got <- address(s, "app.example") }()
	for n := s.Stats()[0].Counters; n.Sent.Load()+n.SendError.Load() < 3; {
		time.Sleep(time.Millisecond)
	}
	d, err := testdns.Open(addr, "app.example A 127.0.0.2")
	if err != nil {
		t.Skip(err)
	}
	defer d.Close()
	if ip := <-got; ip != "127.0.0.2" {
		t.Error(ip)
	}
}

// TestTruncated asks a name server whose answers do not fit into a datagram, over
// UDP in vain and over TCP.
func TestTruncated(t *testing.T) {
	d := testdns.Start(t, "big.example TC\nbig.example A 127.0.0.2")
	addr := netip.MustParseAddrPort(d.Addr)
	c := DefaultConfig("d")
	c.Nameservers = []*Nameserver{{Name: "udp", Addr: addr}, {Name: "tcp", Addr: addr, TCP: true}}
	s := New(c)
	s.Start()
	defer s.Close()
	if ip := address(s, "big.example"); ip != "127.0.0.2" {
		t.Error(ip)
	}
}

// TestTCP asks for many names at a time over few connections, which carry four
// questions each.
func TestTCP(t *testing.T) {
	var zone strings.Builder
	for i := range 100 {
		fmt.Fprintf(&zone, "n%d.example A 127.0.0.%d\n", i, i+1)
	}
	d := testdns.Start(t, zone.String())
	var mu sync.Mutex
	now, most := 0, 0
	count := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		now += n
		most = max(most, now)
	}
	proxy := peer.Serve(t, func(c net.Conn) {
		count(1)
		defer count(-1)
		to, err := net.Dial("tcp", d.Addr)
		if err != nil {
			t.Error(err)
			return
		}
		defer to.Close()
		go func() {
			io.Copy(c, to)
			c.Close()
		}()
		io.Copy(to, c)
	})
	s := section(t, proxy.Addr, func(_ *Config, n *Nameserver) { n.TCP, n.MaxConn = true, 2 })
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if ip := address(s, fmt.Sprintf("n%d.example", i)); ip != fmt.Sprintf("127.0.0.%d", i+1) {
				t.Errorf("n%d: %s", i, ip)
			}
		})
	}
	all.Wait()
	mu.Lock()
	defer mu.Unlock()
	if most != 2 {
		t.Errorf("%d connections at a time, want 2", most)
	}
}

// TestTCPLost closes connections on which something was asked: the next try
// opens others.
func TestTCPLost(t *testing.T) {
	d := testdns.Start(t, "app.example A 127.0.0.2")
	var mu sync.Mutex
	lost := 0
	proxy := peer.Serve(t, func(c net.Conn) {
		mu.Lock()
		lost++
		lose := lost <= 2
		mu.Unlock()
		buf := make([]byte, 512)
		n, err := c.Read(buf)
		if err != nil || lose {
			return
		}
		to, err := net.Dial("tcp", d.Addr)
		if err != nil {
			return
		}
		defer to.Close()
		to.Write(buf[:n])
		if n, err = to.Read(buf); err == nil {
			c.Write(buf[:n])
		}
	})
	s := section(t, proxy.Addr, func(c *Config, n *Nameserver) { n.TCP, c.Retry, c.Retries = true, 20*time.Millisecond, 1000 })
	if ip := address(s, "app.example"); ip != "127.0.0.2" {
		t.Error(ip)
	}
}

// TestWrap has connections be wrapped, as TLS does.
func TestWrap(t *testing.T) {
	d := testdns.Start(t, "app.example A 127.0.0.2")
	wrapped := make(chan struct{}, 10)
	s := section(t, d.Addr, func(_ *Config, n *Nameserver) {
		n.TCP, n.Source = true, netip.MustParseAddr("127.0.0.1")
		n.Wrap = func(_ context.Context, c net.Conn) (net.Conn, error) {
			wrapped <- struct{}{}
			return c, nil
		}
	})
	if ip := address(s, "app.example"); ip != "127.0.0.2" || len(wrapped) != 1 {
		t.Errorf("%s, %d connections", ip, len(wrapped))
	}
}
