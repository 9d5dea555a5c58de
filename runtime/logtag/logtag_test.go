package logtag_test

import (
	"net/netip"
	"testing"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	_ "gohap/runtime/logtag"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// compile compiles a log format.
func compile(t testing.TB, text string) core.Format {
	t.Helper()
	var d diag.List
	c := &registry.Compiler{Diags: &d, Graph: core.NewGraph(), Proxy: &core.Proxy{Name: "f"}}
	f, ok := sample.Format(c, &ast.Word{Text: text}, sample.Place{Log: true})
	if !ok {
		t.Fatalf("%s: %v", text, d.All)
	}
	return f
}

// finished is a stream at its end, as probed with haproxy.
func finished() *core.Stream {
	fe := &core.Proxy{Name: "f00"}
	fe.Mode = core.HTTP
	fe.RequestCaptures = make([]core.Capture, 2)
	fe.ResponseCaptures = make([]core.Capture, 2)
	be := &core.Proxy{Name: "b"}
	s := &core.Stream{
		Exchange: new(core.Exchange),
		Session: &core.Session{
			Src: netip.MustParseAddrPort("127.0.0.1:57790"), Dst: netip.MustParseAddrPort("127.0.0.1:19300"), Frontend: fe,
			Listener: &core.Listener{ID: 7},
		},
		Frontend: fe, Backend: be, Server: &core.Server{Name: "s1", Proxy: be}, RequestParsed: true,
	}
	s.RequestCaptures = [][]byte{[]byte("re\"q\\w]\x01\xe9|{}"), nil}
	s.ResponseCaptures = [][]byte{[]byte(`a"b\c]d`), nil}
	l := &s.Log
	l.Reset()
	l.Start = time.Date(2026, 11, 21, 0, 20, 46, 312e6, time.UTC)
	l.Handshake, l.Idle, l.RequestTime, l.QueueTime, l.ConnectTime = 0, 0, 0, 0, 0
	l.ResponseTime, l.DataTime, l.Total = 30*time.Millisecond, 31*time.Millisecond, 32*time.Millisecond
	l.Status, l.BytesIn, l.BytesOut = 200, 104, 91
	l.ActConn, l.FeConn = 1, 1
	l.URI = []byte(`GET http://u@ho.st/pa"th?q=1&z="b HTTP/1.1`)
	l.RequestCookie = []byte(`CK=my"ck; b=2`)
	l.UniqueID = []byte("id")
	l.ServerLocal = netip.MustParseAddrPort("127.0.0.1:60730")
	l.ServerRemote = netip.MustParseAddrPort("127.0.0.1:34983")
	return s
}

// bad is a stream whose request could not be read.
func bad() *core.Stream {
	s := finished()
	s.Server, s.RequestParsed, s.Backend = nil, false, s.Frontend
	s.RequestCaptures, s.ResponseCaptures = nil, nil
	start := s.Log.Start
	s.Log.Reset()
	l := &s.Log
	l.Start, l.Handshake, l.Idle, l.DataTime, l.Total, l.Status = start, 0, 0, 0, 0, 400
	l.ActConn, l.FeConn, l.Cause, l.State = 1, 1, 'P', 'R'
	return s
}

func TestTags(t *testing.T) {
	time.Local = time.UTC
	for _, c := range []struct{ format, good, bad string }{
		{"%B %U %ST", "91 104 200", "0 0 400"},
		{"%CC|%CS", `CK=my"ck; b=2|-`, "-|-"},
		{"%{+Q}CC|%{+Q}CS", `"CK=my"ck; b=2"|""`, `""|""`},
		{"%{+E}CC", `CK=my\"ck; b=2`, "-"},
		{"%{+Q,+E}CC", `"CK=my\"ck; b=2"`, `""`},
		{"%HM %HP %HPO", "GET http://u@ho.st/pa#22th /pa#22th", "<BADREQ> <BADREQ> <BADREQ>"},
		{"%HQ %HU %HV", "?q=1&z=#22b http://u@ho.st/pa#22th?q=1&z=#22b HTTP/1.1", "<BADREQ> <BADREQ> <BADREQ>"},
		{"%{+Q}r", `"GET http://u@ho.st/pa#22th?q=1&z=#22b HTTP/1.1"`, `"<BADREQ>"`},
		{"%ID %{+Q}ID", `id "id"`, `- ""`},
		{"%T %Tl %t", "21/Nov/2026:00:20:46 +0000 21/Nov/2026:00:20:46 +0000 21/Nov/2026:00:20:46.312",
			"21/Nov/2026:00:20:46 +0000 21/Nov/2026:00:20:46 +0000 21/Nov/2026:00:20:46.312"},
		{"%tr %trg %trl", "21/Nov/2026:00:20:46.312 21/Nov/2026:00:20:46 +0000 21/Nov/2026:00:20:46 +0000",
			"21/Nov/2026:00:20:46.312 21/Nov/2026:00:20:46 +0000 21/Nov/2026:00:20:46 +0000"},
		{"%Ts %ms %{+X}Ts %{+X}ms", "1795220446 312 6B00E3DE 138", "1795220446 312 6B00E3DE 138"},
		{"%Th/%Ti/%TR/%Tq/%Tw/%Tc/%Tr/%Td", "0/0/0/0/0/0/30/2", "0/0/-1/-1/-1/-1/-1/-1"},
		{"%Ta/%Tt/%Tu", "31/32/32", "0/0/0"},
		{"%ac/%fc/%bc/%sc/%rc %sq/%bq", "1/1/0/0/0 0/0", "1/1/0/0/0 0/0"},
		{"%b/%s %f %ft", "b/s1 f00 f00", "f00/<NOSRV> f00 f00"},
		{"%{+Q}o %b %s", `"b" "s1"`, `"f00" "<NOSRV>"`},
		{"%bi:%bp %si:%sp", "127.0.0.1:60730 127.0.0.1:34983", "-:- -:-"},
		{"%{+X}bi:%{+X}bp %{+X}si:%{+X}sp", "7F000001:ED3A 7F000001:88A7", "-:- -:-"},
		{"%{+Q}bi:%{+Q}bp", `"127.0.0.1":60730`, `"":""`},
		{"%ci:%cp %fi:%fp", "127.0.0.1:57790 127.0.0.1:19300", "127.0.0.1:57790 127.0.0.1:19300"},
		{"%{+X}ci:%{+X}cp", "7F000001:E1BE", "7F000001:E1BE"},
		{"a %hr %hs b", `a {re#22q\w]#01#E9#7C#7B#7D|} {a#22b\c]d|} b`, "a b"},
		{"a%hrl b %hsl.", `are#22q\w]#01#E9#7C#7B#7D - b a#22b\c]d -.`, "a b ."},
		{"%{+Q,+E}hr", `"{re#22q\\w\]#01#E9#7C#7B#7D|}"`, ""},
		{"%{+Q}hsl", `"a#22b\c]d" ""`, ""},
		{"%lc %rt %{+X}rt", "0 0 0000", "0 0 0000"},
		{"%ts %tsc", "-- ----", "PR PR--"},
		{"   a  %[query]   %%  ", "a - % ", "a - % "},
	} {
		f := compile(t, c.format)
		if got := string(f.Append(nil, finished())); got != c.good {
			t.Errorf("%s\n got %q\nwant %q", c.format, got, c.good)
		}
		if got := string(f.Append(nil, bad())); got != c.bad {
			t.Errorf("%s, bad request\n got %q\nwant %q", c.format, got, c.bad)
		}
	}
}

func TestSoFar(t *testing.T) {
	s := finished()
	s.Frontend.Opt |= core.OptLogASAP
	f := compile(t, "%Ta %Tt %Tu %B %U %Tr")
	if got, want := string(f.Append(nil, s)), "+31 +32 +32 +91 104 30"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnixClient(t *testing.T) {
	s := finished()
	s.Session.Src, s.Session.Dst = netip.AddrPort{}, netip.AddrPort{}
	if got, want := string(compile(t, "%ci:%cp").Append(nil, s)), "unix:7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoAllocation(t *testing.T) {
	s := finished()
	dst := make([]byte, 0, 1024)
	for _, text := range []string{sample.HTTPLog, sample.TCPLog} {
		f := compile(t, text)
		if n := testing.AllocsPerRun(100, func() { f.Append(dst, s) }); n != 0 {
			t.Errorf("%s allocates %v times", text, n)
		}
	}
}
