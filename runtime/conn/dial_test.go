package conn

import (
	"net"
	"net/netip"
	"path/filepath"
	"testing"
	"time"
)

// blackhole is an address to which a connect neither succeeds nor fails: the
// queue of its listener, of which the last one is full.
func blackhole(t *testing.T) netip.AddrPort {
	t.Helper()
	o := &ListenOptions{Addr: loopback, Backlog: 1}
	l, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Stop)
	for range 10 {
		c, err := Dial(&DialOptions{Addr: l.Addr(), Timeout: 50 * time.Millisecond})
		if Cause(err) == ErrTimeout {
			return l.Addr()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("this system queues more connections than it was asked to")
	return netip.AddrPort{}
}

func TestDialTimeout(t *testing.T) {
	at := blackhole(t)
	start := Now()
	_, err := Dial(&DialOptions{Addr: at, Timeout: 30 * time.Millisecond})
	if err != ErrTimeout || Now()-start < 30 {
		t.Fatal(err, Now()-start)
	}
}

func TestDialCancel(t *testing.T) {
	at := blackhole(t)
	var x Cancel
	time.AfterFunc(20*time.Millisecond, x.Cancel)
	for range 2 { // while it runs, and when it was cancelled before
		if _, err := Dial(&DialOptions{Addr: at, Cancel: &x}); err != ErrAborted {
			t.Fatal(err)
		}
	}
	if !x.Canceled() {
		t.Fatal("not cancelled")
	}
	x.Reset()
	if _, err := Dial(&DialOptions{Addr: at, Cancel: &x, Timeout: 10 * time.Millisecond}); err != ErrTimeout {
		t.Fatal("after Reset:", err)
	}
}

func TestDialUnix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	if _, err := Dial(&DialOptions{Path: path}); Cause(err) != ErrRefused || Strerror(err) != "No such file or directory" {
		t.Fatal(err)
	}
	_, ch := listen(t, &ListenOptions{Kind: ListenUnix, Path: path})
	c, err := Dial(&DialOptions{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := <-ch
	defer s.Close()
	if !c.Unix() || !s.Unix() || s.Remote().IsValid() || s.Local().IsValid() {
		t.Fatal("a unix socket shows addresses")
	}
	if err := s.NoDelay(true); err != nil {
		t.Fatal("a TCP option on a unix socket shall do nothing:", err)
	}
}

func TestDialSource(t *testing.T) {
	l, ch := listen(t, nil)
	source := netip.MustParseAddrPort("127.0.0.9:0")
	c, err := Dial(&DialOptions{Addr: l.Addr(), Source: source})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := <-ch
	defer s.Close()
	if s.Remote().Addr() != source.Addr() {
		t.Fatal(s.Remote())
	}

	// A range of two ports serves two connections to the same place, not three.
	free, err := net.Listen("tcp", "127.0.0.9:0")
	if err != nil {
		t.Fatal(err)
	}
	port := netip.MustParseAddrPort(free.Addr().String()).Port()
	free.Close()
	o := &DialOptions{Addr: l.Addr(), Source: source, Ports: PortRange{port - 1, port}}
	for range 2 {
		c, err := Dial(o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		s := <-ch
		defer s.Close()
		if p := s.Remote().Port(); p != port && p != port-1 {
			t.Fatal(s.Remote())
		}
	}
	if _, err := Dial(o); Cause(err) != ErrResource {
		t.Fatal("beyond the range:", err)
	}
}
