package peers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
	"gohap/runtime/sticktable"
)

// lab is a section "A" that listens, with the peer "C", which the test plays.
type lab struct {
	*Section
	addr  string
	table *sticktable.Table
}

func newLab(t *testing.T, maxUpdates int) *lab {
	t.Helper()
	conf := sticktable.Config{Name: "t1", Key: sticktable.String, Len: 20, Size: 1000, Expire: 60000}
	conf.Data[sticktable.GPC0].Elements = 1
	l := &lab{Section: &Section{Name: "s", Local: "A", BufSize: 4096, MaxUpdates: maxUpdates, PID: 1}, table: sticktable.New(conf)}
	l.Share(l.table, "t1")
	l.table.Open()
	l.Peers = []*Peer{{Name: "A", Local: true}, {Name: "C", Dial: func(*conn.Cancel) (*conn.Conn, error) { return nil, conn.ErrRefused }}}
	listener, err := conn.Listen(&conn.ListenOptions{Addr: netip.MustParseAddrPort("127.0.0.1:0"), Apart: true})
	if err != nil {
		t.Fatal(err)
	}
	l.addr = listener.Addr().String()
	served := make(chan struct{})
	go func() {
		defer close(served)
		listener.Serve(func(c *conn.Conn) { conn.Go(func() { l.Serve(c) }) })
	}()
	l.Start(false)
	t.Cleanup(func() {
		l.Kill()
		listener.Stop()
		<-served
	})
	return l
}

// say opens a connection and sends bytes.
func (l *lab) say(t *testing.T, text string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

const hello = "HAProxyS 2.1\nA\nC 99 1\n"

// expect reads until the bytes wanted have come.
func expect(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("got %q, %v, want %q", got[:n], err, want)
	}
}

// TestAnswers: as HAProxy 2.6.12 answers the same.
func TestAnswers(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	for _, c := range []struct{ say, want string }{
		{"HAProxyS 2.0\nA\nC 99 1\n\xff\x00", "200\n\x00\x00\x01\x00"}, {"HAProxyS 2.9\nA\nC 99 1\n", "502\n"}, {"HAProxyS 2.1\nX\nC 99 1\n", "503\n"},
		{"HAProxyS 2.1\nA\nX 99 1\n", "504\n"}, {"GET / HTTP/1.1\n", "501\n"}, {"HAProxyS 2.1\nA\nC\n", "501\n"},
		{hello + "\xff\x00", "200\n\x00\x00\x01\x00"}, {hello + "\x0a\x80\xff\xff\xff\xff\x7f", "200\n\x00\x00\x01\x01"},
		{hello + "\x0a\x82\x02\x01\x30", "200\n\x00\x00\x01\x00"}, {hello + "\x0a\x83\x00", "200\n\x00\x00\x01\x00"}, {hello + "\x0a\x84\x00", "200\n\x00\x00\x01\x00"},
		{hello + "\x01\x00", "200\n\x00\x00"}, {hello + "\x05\x00\x00\x09\x0a\x90\x00\x0a\x07\x0a\x80\x03abc\x01\x01", "200\n\x00\x00"},
	} {
		got, err := io.ReadAll(l.say(t, c.say))
		// What ends the connection may come before the question for a lesson is out.
		if short := bytes.Replace([]byte(c.want), []byte("\n\x00\x00"), []byte("\n"), 1); err != nil || string(got) != c.want && !bytes.Equal(got, short) {
			t.Errorf("%q: %q, %v, want %q", c.say, got, err, c.want)
		}
	}
}

func (l *lab) set(n int) {
	for i := range n {
		e, _ := l.table.Get(fmt.Appendf(nil, "k%d", i), conn.Now())
		e.Set(sticktable.GPC0, 0, uint64(i))
		e.Unlock()
	}
}

// messages reads messages until one is of that class and type, and counts those
// before it by type.
func messages(t *testing.T, c net.Conn, class, kind byte) map[byte]int {
	t.Helper()
	seen := map[byte]int{}
	var b []byte
	buf := make([]byte, 4096)
	for {
		for {
			m, rest, err := wire.Next(b, 1<<16)
			if err != nil {
				break
			}
			if b = rest; m.Class == class && m.Type == kind {
				return seen
			}
			if m.Class == wire.Update {
				seen[m.Type]++
			}
		}
		n, err := c.Read(buf)
		if err != nil {
			t.Fatalf("after %v: %v", seen, err)
		}
		b = append(b, buf[:n]...)
	}
}

// TestMaxUpdates: no more entries are sent at a time, in changes and in lessons.
func TestMaxUpdates(t *testing.T) {
	t.Parallel()
	l := newLab(t, 4)
	c := l.say(t, hello)
	expect(t, c, "200\n\x00\x00")
	l.set(10)
	io.WriteString(c, "\x00\x00")
	seen := messages(t, c, wire.Control, wire.ResyncPartial)
	if n := seen[wire.TimedEntry] + seen[wire.TimedNextEntry]; n != 10 || seen[wire.TimedEntry] != 3 || seen[wire.Define] < 3 {
		t.Errorf("a lesson of %v", seen)
	}
	io.WriteString(c, "\x00\x03")
	l.set(10)

	seen = messages(t, c, wire.Control, wire.Heartbeat)
	if n := seen[wire.Entry] + seen[wire.NextEntry]; n < 10 || seen[wire.Entry] < 3 || seen[wire.Define] != seen[wire.Entry] {
		t.Errorf("changes of %v", seen)
	}
}

// TestResume: after a connection breaks, what was confirmed is not sent again.
func TestResume(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	c := l.say(t, hello)
	expect(t, c, "200\n\x00\x00")
	l.set(5)
	for n := 0; n < 5; {
		b := make([]byte, 1000)
		k, err := c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(b[:k], []byte("k")) // one a key
	}
	c.Write(wire.AppendAck(nil, 1, 3))
	c.Close()
	c = l.say(t, hello)
	expect(t, c, "200\n\x00\x00")
	seen := messages(t, c, wire.Control, wire.Heartbeat)
	// Entries are confirmed by batches, of which nobody knows the sizes.
	if n := seen[wire.Entry] + seen[wire.NextEntry]; n < 2 || n > 5 {
		t.Errorf("again come %v", seen)
	}
	c.Write(wire.AppendAck(nil, 1, 1000)) // never sent
	c.Write(wire.AppendAck(nil, 1, l.sent()))
	io.WriteString(c, "\x00\x04\xff\x00")
	io.ReadAll(c)
	c = l.say(t, hello)
	expect(t, c, "200\n\x00\x00")
	if seen := messages(t, c, wire.Control, wire.Heartbeat); seen[wire.Entry] != 0 {
		t.Errorf("confirmed, and again come %v", seen)
	}
}

// sent is the number of the last entry that C was sent.
func (l *lab) sent() uint32 {
	p := l.find("C")
	x := p.live.Load()
	x.mu.Lock()
	defer x.mu.Unlock()
	return p.flows[0].sent
}

// TestCollision: the connection that comes later stays.
func TestCollision(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	first := l.say(t, hello)
	expect(t, first, "200\n\x00\x00")
	second := l.say(t, hello)
	expect(t, second, "200\n\x00\x00")
	if _, err := io.ReadAll(first); err != nil {
		t.Errorf("the first connection does not end: %v", err)
	}
	if text := l.Append(nil, true); !bytes.Contains(text, []byte("coll=1")) {
		t.Errorf("%s", text)
	}
}

// TestKinds: the protocol's data types are those of the tables.
func TestKinds(t *testing.T) {
	if wire.Types != int(sticktable.DataTypes) {
		t.Errorf("%d types, tables have %d", wire.Types, sticktable.DataTypes)
	}
	for k := range sticktable.DataTypes {
		if wire.IsRate(int(k)) != (k.Kind() == sticktable.Rate) || wire.IsName(int(k)) != (k.Kind() == sticktable.Name) || wire.IsArray(int(k)) != k.Array() {
			t.Errorf("%s is of another kind", k)
		}
	}
}
