package spop

import (
	"bytes"
	"math"
	"net/netip"
	"testing"
)

func TestVarint(t *testing.T) {
	for v, want := range map[uint64]int{
		0: 1, 239: 1, 240: 2, 2287: 2, 2288: 3, 264431: 3, 264432: 4, 33818863: 4, 33818864: 5, 4328786159: 5, 4328786160: 6, math.MaxUint64: 10,
	} {
		b := AppendVarint(nil, v)
		if len(b) != want {
			t.Errorf("%d takes %d bytes, want %d", v, len(b), want)
		}
		if got, n := Varint(append(b, 0xff)); got != v || n != len(b) {
			t.Errorf("%d: %d of %d bytes", v, got, n)
		}
		for i := range b {
			if _, n := Varint(b[:i]); n != 0 {
				t.Errorf("%d is read from %d of %d bytes", v, i, len(b))
			}
		}
	}
	if _, n := Varint(bytes.Repeat([]byte{0xff}, 20)); n != 0 {
		t.Error("a number without an end is read")
	}
}

func TestValues(t *testing.T) {
	ip4, ip6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for _, c := range []struct {
		b    []byte
		want Value
	}{
		{AppendNull(nil), Value{}},
		{AppendBool(nil, true), Value{Kind: Bool, Int: 1}},
		{AppendBool(nil, false), Value{Kind: Bool}},
		{AppendInt(nil, Int32, -5), Value{Kind: Int32, Int: -5}},
		{AppendInt(nil, Uint32, math.MaxUint32), Value{Kind: Uint32, Int: math.MaxUint32}},
		{AppendInt(nil, Int64, math.MinInt64), Value{Kind: Int64, Int: math.MinInt64}},
		{AppendIP(nil, ip4), Value{Kind: IPv4, IP: ip4}},
		{AppendIP(nil, ip6), Value{Kind: IPv6, IP: ip6}},
		{AppendText(nil, "text"), Value{Kind: String, Bytes: []byte("text")}},
		{AppendString([]byte{byte(Binary)}, "\x00\xff"), Value{Kind: Binary, Bytes: []byte("\x00\xff")}},
		{[]byte{15}, Value{}}, // kept for later
	} {
		v, rest, ok := Take(append(c.b, 'x'))
		if !ok || string(rest) != "x" || v.Kind != c.want.Kind || v.Int != c.want.Int || v.IP != c.want.IP || !bytes.Equal(v.Bytes, c.want.Bytes) {
			t.Errorf("%x: %+v, rest %q, %v; want %+v", c.b, v, rest, ok, c.want)
		}
		if len(c.b) > 1 {
			if _, _, ok := Take(c.b[:len(c.b)-1]); ok {
				t.Errorf("%x is read without its last byte", c.b)
			}
		}
	}
}

func TestFrame(t *testing.T) {
	f := Frame{Type: Notify, Flags: Fin, Stream: 300, ID: 2, Payload: []byte("payload")}
	b := f.Append(nil)
	n, ok := Size(b)
	if !ok || int(n) != len(b)-PrefixSize {
		t.Fatalf("%d bytes, of %d", n, len(b))
	}
	g, ok := Parse(b[PrefixSize:])
	if !ok || g.Type != f.Type || !g.Is(Fin) || g.Is(Abort) || g.Stream != 300 || g.ID != 2 || string(g.Payload) != "payload" {
		t.Errorf("%+v %v", g, ok)
	}
	if _, ok := Parse(b[PrefixSize : PrefixSize+6]); ok {
		t.Error("half a header is read")
	}
}

func TestHello(t *testing.T) {
	welcome := func(version string, most int64, capabilities string) []byte {
		b := AppendText(AppendString(nil, "version"), version)
		b = AppendInt(AppendString(b, "max-frame-size"), Uint32, most)
		return AppendText(AppendString(b, "capabilities"), capabilities)
	}
	for name, c := range map[string]struct {
		f    Frame
		want Status
	}{
		"right":      {Frame{Type: AgentHello, Flags: Fin, Payload: welcome("2.0", 1000, "async, pipelining ,unknown")}, Normal},
		"version":    {Frame{Type: AgentHello, Flags: Fin, Payload: welcome("1.0", 1000, "")}, BadVersion},
		"small":      {Frame{Type: AgentHello, Flags: Fin, Payload: welcome("2.0", 255, "")}, BadFrameSize},
		"large":      {Frame{Type: AgentHello, Flags: Fin, Payload: welcome("2.0", 1001, "")}, BadFrameSize},
		"parts":      {Frame{Type: AgentHello, Payload: welcome("2.0", 1000, "")}, FragNotSupported},
		"a stream's": {Frame{Type: AgentHello, Flags: Fin, Stream: 1, Payload: welcome("2.0", 1000, "")}, Invalid},
		"type":       {Frame{Type: Ack, Flags: Fin}, Invalid},
		"nothing":    {Frame{Type: AgentHello, Flags: Fin}, NoVersion},
		"no size":    {Frame{Type: AgentHello, Flags: Fin, Payload: AppendText(AppendString(nil, "version"), "2.0")}, NoMaxFrameSize},
		"cut":        {Frame{Type: AgentHello, Flags: Fin, Payload: welcome("2.0", 1000, "x")[:20]}, Invalid},
	} {
		w, s := ParseWelcome(&c.f, 1000)
		if s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
		if s == Normal && (!w.Async || !w.Pipelining || w.Fragmentation || w.MaxFrame != 1000) {
			t.Errorf("%+v", w)
		}
	}
	n, _ := Size(AppendDisconnect(nil, TooBig))
	f, _ := Parse(AppendDisconnect(nil, TooBig)[PrefixSize:][:n])
	if f.Type != HAProxyDisconnect || ParseDisconnect(&f) != TooBig {
		t.Errorf("%+v", f)
	}
	if f, ok := Parse(AppendHello(nil, 1000, "async", "id")[PrefixSize:]); !ok || f.Type != HAProxyHello || !f.Is(Fin) {
		t.Errorf("%+v", f)
	}
	if Status(77).String() != Unknown.String() {
		t.Error("an agent's own status has a name")
	}
}

func TestActions(t *testing.T) {
	set := append(AppendString([]byte{1, 3, 2}, "name"), AppendBool(nil, true)...)
	both := append(set, AppendString([]byte{2, 2, 0}, "other")...)
	a, rest, ok := TakeAction(both)
	if !ok || a.Unset || a.Scope != Transaction || string(a.Name) != "name" || a.Value.Int != 1 {
		t.Errorf("%+v %v", a, ok)
	}
	if a, rest, ok = TakeAction(rest); !ok || !a.Unset || a.Scope != Process || string(a.Name) != "other" || len(rest) != 0 {
		t.Errorf("%+v %v %q", a, ok, rest)
	}
	for _, b := range [][]byte{nil, {1, 3}, {1, 2, 2, 1, 'a', 0}, {2, 3, 2, 1, 'a'}, {3, 2, 2, 1, 'a'}, {1, 3, 5, 1, 'a', 0}, {1, 3, 2, 0, 0}, set[:len(set)-1]} {
		if a, _, ok := TakeAction(b); ok {
			t.Errorf("%x is %+v", b, a)
		}
	}
}

// FuzzFrame reads what an agent might send.
func FuzzFrame(f *testing.F) {
	ack := Frame{Type: Ack, Flags: Fin, Stream: 1, ID: 1, Payload: append(AppendString([]byte{1, 3, 2}, "name"), AppendText(nil, "value")...)}
	f.Add(ack.Append(nil)[PrefixSize:])
	f.Add(AppendHello(nil, 1000, "async", "id")[PrefixSize:])
	f.Add(AppendDisconnect(nil, IO)[PrefixSize:])
	f.Fuzz(func(t *testing.T, b []byte) {
		g, ok := Parse(b)
		if !ok {
			return
		}
		if len(g.Payload) > len(b) {
			t.Fatal("a payload larger than its frame")
		}
		again, ok := Parse(g.Append(nil)[PrefixSize:])
		if !ok || again.Stream != g.Stream || again.ID != g.ID || !bytes.Equal(again.Payload, g.Payload) {
			t.Fatalf("%+v becomes %+v", g, again)
		}
		ParseWelcome(&g, 16380)
		ParseDisconnect(&g)
		for p := g.Payload; ; {
			a, rest, ok := TakeAction(p)
			if !ok {
				break
			}
			if len(rest) >= len(p) || len(a.Name) == 0 {
				t.Fatalf("%x: %+v", p, a)
			}
			p = rest
		}
	})
}
