package sample_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	_ "gohap/runtime/converter"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	"gohap/runtime/http1"
	"gohap/runtime/internal/peer"
	_ "gohap/runtime/logtag"
	_ "gohap/runtime/match"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// requests are what the expressions look at.
var requests = []string{
	"GET /p/a%20b?id=1&name=x+y%41&e=&id=2;z=9 HTTP/1.1\r\nHost: www.ex.com:8080\r\nX-A: one, two ,three\r\nX-A: four\r\n" +
		"X-N: 42abc\r\nX-IP: 10.1.2.3, ::5\r\nX-B: aGVsbG8=\r\nX-J: a\"b\\c/d\t\xc3\xa9\xff\r\nX-E:\r\nCookie: A=1; B=two; A=3\r\nCookie: C=x\r\n" +
		"Accept-Language: da, en-gb;q=0.8, en;q=0.7, fr;q=0\r\nX-Hex: 1fG\r\n\r\n",
	"GET http://u@1.2.3.4:81/x;y=1 HTTP/1.0\r\nHost: 1.2.3.4:81\r\n\r\n",
}

// expressions reads a file of one expression a line, with DIR for the folder of
// the test's files.
func expressions(t *testing.T, name string) []string {
	t.Helper()
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(string(text), "DIR", dir)), "\n")
}

func TestFetchesAgainstHAProxy(t *testing.T)    { compare(t, expressions(t, "fetches.txt")) }
func TestConvertersAgainstHAProxy(t *testing.T) { compare(t, expressions(t, "converters.txt")) }

// compare evaluates expressions for each request, here and in a haproxy that
// sends their values to a server in headers.
func compare(t *testing.T, all []string) {
	peer.Need(t, "haproxy")
	for len(all) > 0 {
		part := all[:min(len(all), 80)]
		all = all[len(part):]
		addr, heads := start(t, part)
		for _, request := range requests {
			ask(t, addr, request)
			head := <-heads
			want := values(head, len(part))
			got := evaluate(t, part, request, addr)
			for i, e := range part {
				if got[i] != want[i] {
					t.Errorf("%s\n got %q\nwant %q", e, got[i], want[i])
				}
			}
		}
	}
}

// start runs a haproxy for expressions. It returns its address and the heads
// that its server gets.
func start(t *testing.T, all []string) (addr string, heads chan string) {
	heads = make(chan string, 1)
	server := peer.Serve(t, func(c net.Conn) {
		var b []byte
		buf := make([]byte, 64<<10)
		for !bytes.Contains(b, []byte("\r\n\r\n")) {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			b = append(b, buf[:n]...)
		}
		heads <- string(b)
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
	addr = peer.Addr(t)
	var rules strings.Builder
	for i, e := range all {
		fmt.Fprintf(&rules, "\thttp-request set-header ZZ-%d \"<%%[%s]>\"\n", i, quote(e))
	}
	peer.HAProxy(t, fmt.Sprintf(`global
	tune.bufsize 65536
	tune.maxrewrite 30000
	tune.http.maxhdr 1000
defaults
	mode http
	timeout client 10s
	timeout server 10s
	timeout connect 10s
frontend f
	bind %s name sock1
	capture request header Host len 10
	http-request set-var(txn.s) str(vv)
	http-request set-var(txn.n) int(5)
%s	default_backend b
backend b
	server s %s
`, addr, rules.String(), server.Addr))
	return addr, heads
}

// quote protects what means something between double quotes.
func quote(e string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(e)
}

func ask(t *testing.T, addr, request string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(peer.Patience))
	fmt.Fprint(c, request)
	b := make([]byte, 100)
	if n, _ := c.Read(b); !bytes.HasPrefix(b[:n], []byte("HTTP/1.1 200")) {
		t.Fatalf("haproxy answers %q to %q", b[:n], request)
	}
}

// values reads the headers that the rules have set.
func values(head string, n int) []string {
	all := make([]string, n)
	for line := range strings.SplitSeq(head, "\r\n") {
		var i int
		name, value, _ := strings.Cut(line, ": ")
		if k, _ := fmt.Sscanf(name, "zz-%d", &i); k == 1 {
			all[i] = value
		}
	}
	return all
}

// evaluate evaluates expressions in the same order.
func evaluate(t *testing.T, all []string, request, addr string) []string {
	t.Helper()
	var d diag.List
	fe := &core.Proxy{Name: "f", Kind: "frontend", Caps: core.Frontend}
	fe.Mode = core.HTTP
	fe.RequestCaptures = []core.Capture{{Name: "host", Len: 10}}
	fe.Timeout.Client = 10 * time.Second
	c := &registry.Compiler{Diags: &d, Graph: core.NewGraph(), Proxy: fe, Env: os.LookupEnv}
	s := &core.Stream{
		Exchange: new(core.Exchange),
		Session: &core.Session{
			Src: netip.MustParseAddrPort("127.0.0.1:1"), Dst: netip.MustParseAddrPort(addr), Frontend: fe,
			Listener: &core.Listener{Proxy: fe, Name: "sock1", ID: 1},
		},
		Frontend: fe, Backend: fe, RequestParsed: true, Complete: true,
	}
	s.Req.Reset()
	if _, err := http1.ParseRequest([]byte(request), &s.Req, nil); err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(request, "\r\n")
	s.Log.URI = []byte(line)
	host := s.Req.Host()
	s.RequestCaptures = [][]byte{host[:min(len(host), 10)]}
	for name, v := range map[string]core.Sample{"txn.s": {Type: core.Str, Bytes: []byte("vv")}, "txn.n": {Type: core.Sint, Int: 5}} {
		x, _ := c.Graph.Vars.Find(name)
		x.Set(s, &v)
	}
	out := make([]string, len(all))
	formats := make([]core.Format, len(all))
	for i, e := range all {
		f, ok := sample.Format(c, &ast.Word{Text: "<%[" + e + "]>"}, sample.Place{Where: registry.FeRequestHeader})
		if !ok {
			t.Errorf("%s: %s", e, d.All[len(d.All)-1].Message)
			continue
		}
		formats[i] = f
	}
	c.Finish()
	for i, f := range formats {
		if f != nil {
			out[i] = string(f.Append(nil, s))
		}
	}
	return out
}
