package idle

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"gohap/runtime/conn"
)

// dialed returns a connection and its server's end.
func dialed(t *testing.T, l net.Listener) (*conn.Conn, net.Conn) {
	t.Helper()
	c, err := conn.Dial(&conn.DialOptions{Addr: netip.MustParseAddrPort(l.Addr().String()), Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return c, s
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// A connection that its server closes is closed by itself, without anybody
// asking for it; the others stay.
func TestClosedByServer(t *testing.T) {
	l := listen(t)
	p := Pool{Max: -1}
	a, server := dialed(t, l)
	b, _ := dialed(t, l)
	closed := make(chan struct{})
	a.OnClose(func() { close(closed) })
	p.Put(Entry{Conn: a}, 0, 1000)
	p.Put(Entry{Conn: b}, 0, 1000)
	server.Close()
	<-closed
	if e, ok := p.Get(nil, false, 0); !ok || e.Conn != b {
		t.Errorf("got %v, %v", e, ok)
	}
	if _, ok := p.Get(nil, false, 0); ok {
		t.Error("the closed connection is still there")
	}
}

// A connection in use is no more watched: its end is its user's to notice.
func TestTakenIsNotWatched(t *testing.T) {
	l := listen(t)
	p := Pool{Max: -1}
	a, server := dialed(t, l)
	b, other := dialed(t, l)
	p.Put(Entry{Conn: a}, 0, 1000)
	p.Put(Entry{Conn: b}, 0, 1000)
	swept := make(chan struct{})
	a.OnClose(func() { close(swept) })
	if e, ok := p.Get(nil, false, 0); !ok || e.Conn != b {
		t.Fatal("the one used last comes first")
	}
	other.Close()
	server.Close()
	<-swept
	if b.Closed() {
		t.Error("closed while in use")
	}
}

func TestBounds(t *testing.T) {
	l := listen(t)
	p := Pool{Max: 1}
	a, _ := dialed(t, l)
	b, _ := dialed(t, l)
	if !p.Put(Entry{Conn: a}, 0, 1000) || p.Put(Entry{Conn: b}, 0, 1000) {
		t.Error("Max is 1")
	}
	if _, ok := p.Get(nil, true, 0); ok {
		t.Error("not proven yet")
	}
	p.Close()
	if p.Put(Entry{Conn: b}, 0, 1000) || !a.Closed() {
		t.Error("closed pools keep nothing")
	}
}

// What a server sends unasked makes its connection useless: it does not take the
// place of a good one.
func TestStaleMakesRoom(t *testing.T) {
	l := listen(t)
	p := Pool{Max: 1}
	defer p.Close()
	a, server := dialed(t, l)
	b, _ := dialed(t, l)
	p.Put(Entry{Conn: a}, 0, 1000)
	server.Write([]byte("junk"))
	if err := a.WaitReadable(); err != nil {
		t.Fatal(err)
	}
	if !p.Put(Entry{Conn: b}, 0, 1000) || !a.Closed() {
		t.Error("the junk keeps its place")
	}
	if e, ok := p.Get(nil, false, 0); !ok || e.Conn != b {
		t.Errorf("got %v, %v", e, ok)
	}
}

// Without a bound of its own a pool keeps what the traffic takes at its peak, and
// forgets a peak by halves.
func TestNeed(t *testing.T) {
	p := Pool{Max: -1}
	defer p.Close()
	l := listen(t)
	put := func(used int) bool {
		c, _ := dialed(t, l)
		return p.Put(Entry{Conn: c}, used, 0)
	}
	if put(0) {
		t.Error("kept a connection that no traffic needed")
	}
	p.Used(2)
	for range 2 {
		if !put(0) {
			t.Error("did not keep what the peak needs")
		}
	}
	if put(0) {
		t.Error("kept more than the peak needs")
	}
	if put(1) {
		t.Error("counted the connections in use as free")
	}
	p.Purge(0)
	if n := p.need.Load(); n != 1 {
		t.Errorf("need after a purge: %d", n)
	}
}
