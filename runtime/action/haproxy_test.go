package action_test

import (
	"bytes"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "gohap/runtime/action"
	_ "gohap/runtime/converter"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	"gohap/runtime/http"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/http1"
	"gohap/runtime/internal/peer"
	_ "gohap/runtime/logtag"
	_ "gohap/runtime/match"
)

const (
	plainRequest = "GET /a/b?q=1 HTTP/1.1\r\nHost: h.x\r\nX-A: abcd, xcx\r\nX-A: b\r\nX-M: POST\r\nConnection: close\r\n\r\n"
	fullRequest  = "GET http://u@h.x:81/a/b?q=1 HTTP/1.1\r\nHost: h.x:81\r\nX-A:\r\nConnection: close\r\n\r\n"
	bareRequest  = "GET / HTTP/1.0\r\nX-A: ba, bb,bc , cb\r\n\r\n"
	starRequest  = "OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
)

// rules are lists of rules, a frontend for each; DIR is the folder of the test's
// files.
var rules = []string{
	"set-header X-New 1",
	"set-header x-a 1",
	"set-header Host other:1",
	"set-header X-New \"a  b %[path] %[req.hdr(nope)].\"",
	"add-header X-A 2",
	"add-header Host second",
	"del-header x-a",
	"del-header X- -m beg",
	"del-header -a -m end",
	"del-header - -m sub",
	"del-header ^x-[ab]$ -m reg",
	"del-header Host",
	"replace-header X-A (.)(.)(.*) \\2\\1<\\3>%[path]",
	"replace-header X-A c Z",
	"replace-header X-A ^$ empty",
	"replace-header X-A (a)|(c) [\\\\1|\\\\2|\\\\3\\\\\\\\n\\\\x41]",
	"replace-header Host (.*) new\\1",
	"replace-value X-A c Z",
	"replace-value X-A ^b(.*) z\\1",
	"set-method %[req.hdr(x-m)]",
	"set-path /new%[path]",
	"set-path /q?z",
	"set-path foo",
	"set-pathq /pq?1=2",
	"set-query x=%[path]",
	"set-query %[req.hdr(nope)]",
	"set-uri http://u@nn:8/y?z",
	"replace-path (.*)/b(.*) \\2\\1\\0/%[src]",
	"replace-path b Z",
	"replace-pathq /a([^?]*)\\?(.*) /\\2?\\1",
	"replace-uri ^http://([^/]*)/(.*) https://\\1/\\2",
	"replace-uri (.*) /pre\\1",
	"set-var(txn.a) path;set-header X-V %[var(txn.a)]",
	"set-var(txn.a) path;unset-var(txn.a);set-header X-V <%[var(txn.a)]>",
	"set-var(res.a) path;set-header X-V <%[var(res.a)]>",
	"set-var(req.a) path;set-header X-V <%[var(req.a)]>",
	"set-var(sess.a) path;set-header X-V <%[var(sess.a)]>",
	"set-var(proc.a) path;set-header X-V <%[var(proc.a)]>",
	"set-var-fmt(txn.a) \"%[path]-%[method]\";set-header X-V %[var(txn.a)]",
	"set-var(txn.a) int(3);set-var(txn.a,ifnotexists) int(4);set-header X-V %[var(txn.a)]",
	"set-var(txn.a,ifexists) int(4);set-header X-V <%[var(txn.a)]>",
	"set-var(txn.a) int(3);set-var(txn.a,ifgt) int(2);set-header X-V %[var(txn.a)]",
	"set-var(txn.a) int(3);set-var(txn.a,iflt) int(2);set-header X-V %[var(txn.a)]",
	"set-var(txn.a) int(3);set-var(txn.a,ifset) int(2);set-header X-V %[var(txn.a)]",
	"set-var(txn.a) int(3);set-var(txn.a,ifnotset) int(2);set-header X-V %[var(txn.a)]",
	"set-var(txn.a) req.hdr(nope);set-header X-V <%[var(txn.a)]>",
	"set-var(txn.a,ifempty) str(x);set-header X-V <%[var(txn.a)]>",
	"set-var(txn.a,ifnotempty) str(x);set-header X-V <%[var(txn.a)]>",
	"capture req.hdr(x-a) len 2;set-header X-C %[capture.req.hdr(0)]",
	"set-src ipv4(9.9.9.9);set-header X-S %[src]",
	"set-src req.hdr(host);set-header X-S %[src]",
	"set-dst ipv6(::1);set-dst-port int(77);set-header X-S %[dst]-%[dst_port]",
	"set-log-level silent;set-nice 1;strict-mode on;disable-l7-retry",
	"allow;set-header X-New 1",
	"deny", "deny deny_status 429", "deny status 402", "deny status 200 content-type text/plain string hello",
	"deny hdr X-A b hdr X-C %[path]", "deny default-errorfiles", "tarpit",
	"return", "return status 204", "return status 302 hdr location /x", "return status 304",
	"return status 418 content-type text/plain string abc hdr X y hdr Z %[path]",
	"return default-errorfiles", "return status 503 default-errorfiles", "return status 407 default-errorfiles",
	"return status 200 content-type text/plain file DIR/body.txt", "return content-type text/plain lf-file DIR/body.txt",
	"return status 299 content-type a/b lf-string \"%[path] %HM %[req.hdr(nope)]\"", "return status 200 file DIR/empty.txt",
	"return errorfile DIR/page.http", "deny status 503 errorfile DIR/page.http",
	"return hdr X \"%[req.hdr(nope)]\" hdr Content-Type x/y hdr Content-Length 9",
	"redirect location /x code 301", "redirect location http://a/b?%[path] set-cookie A", "redirect location /z drop-query append-slash clear-cookie C=",
	"redirect prefix /", "redirect prefix http://p drop-query append-slash code 303", "redirect prefix http://p code 307 set-cookie A=b",
	"redirect prefix /pp append-slash code 308", "redirect scheme https", "redirect scheme https drop-query", "redirect scheme https append-slash drop-query",
	"redirect location %[req.hdr(nope)]", "redirect location %[req.hdr(nope)] ignore-empty", "redirect prefix %[req.hdr(nope)]", "redirect prefix %[path]/a",
	"reject",
	"early-hint Link </a>;set-header X-New 1",
}

// TestRulesAgainstHAProxy runs each list of rules on each request, here and in
// haproxy, and compares what the server gets, or what the client is answered.
func TestRulesAgainstHAProxy(t *testing.T) {
	peer.Need(t, "haproxy")
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	server := peer.Serve(t, echoHead)
	var cfg strings.Builder
	fmt.Fprintf(&cfg, "defaults\n\tmode http\n\ttimeout client 10s\n\ttimeout server 10s\n\ttimeout connect 10s\n\ttimeout tarpit 1ms\n\tretries 0\n")
	fmt.Fprintf(&cfg, "backend b\n\tserver s %s\n", server.Addr)
	addrs := make([]string, len(rules))
	for i := range rules {
		rules[i] = strings.ReplaceAll(rules[i], "DIR", dir)
		addrs[i] = peer.Addr(t)
		fmt.Fprintf(&cfg, "frontend f%d\n\tbind %s\n\tdefault_backend b\n", i, addrs[i])
		for _, r := range strings.Split(rules[i], ";") {
			fmt.Fprintf(&cfg, "\thttp-request %s\n", r)
		}
	}
	peer.HAProxy(t, cfg.String())
	for i, list := range rules {
		compiled := compile(t, core.HTTPRequest, strings.Split(list, ";")...)
		for _, request := range []string{plainRequest, fullRequest, bareRequest, starRequest} {
			want := ask(t, addrs[i], request)
			got := run(t, compiled, request, addrs[i])
			if got != want {
				t.Errorf("%s, %.40q\n got %q\nwant %q", list, request, got, want)
			}
		}
	}
}

// echoHead answers a request with its own head as the body.
func echoHead(c net.Conn) {
	var b []byte
	buf := make([]byte, 16<<10)
	for !bytes.Contains(b, []byte("\r\n\r\n")) {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		b = append(b, buf[:n]...)
	}
	fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nConnection: close\r\nX-Head: %d\r\nContent-Length: %d\r\n\r\n%s", len(b), len(b), b)
}

// ask returns the head that the server got, or the proxy's own answer without
// what it says about the connection.
func ask(t *testing.T, addr, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(peer.Patience))
	fmt.Fprint(c, request)
	var b bytes.Buffer
	b.ReadFrom(c)
	answer := b.String()
	hints := ""
	for strings.HasPrefix(answer, "HTTP/1.1 103") {
		hint, rest, _ := strings.Cut(answer, "\r\n\r\n")
		hints, answer = hints+hint+"\n", rest
	}
	if head, body, _ := strings.Cut(answer, "\r\n\r\n"); strings.Contains(head, "x-head:") {
		return hints + normal(body)
	}
	return hints + normal(answer)
}

// normal drops what depends on the connection, which is not the rules' to say.
func normal(message string) string {
	head, body, _ := strings.Cut(message, "\r\n\r\n")
	var kept []string
	for line := range strings.SplitSeq(head, "\r\n") {
		if !strings.HasPrefix(line, "connection: ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

// run runs rules on a request and prints what comes of it.
func run(t *testing.T, compiled rulesOf, request, addr string) string {
	t.Helper()
	s := compiled.stream(addr)
	s.Req.Reset()
	if _, err := http1.ParseRequest([]byte(request), &s.Req, nil); err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(request, "\r\n")
	s.Log.URI = []byte(line)
	hints := &hinter{old: s.Req.Version < http.Version11}
	s.Control = hints
	at := 0
	switch v := core.RunRules(s, compiled.rules, &at); v {
	case core.Accept:
		s.Req.Conn = http.ConnNone
		return hints.sent + normal(string(http1.AppendRequest(nil, &s.Req)))
	case core.Reply:
		return hints.sent + printed(s)
	case core.Reject, core.Drop:
		return "\r\n\r\n"
	default:
		return fmt.Sprintf("verdict %d", v)
	}
}

// hinter notes early hints.
type hinter struct {
	core.Control
	old  bool // the client knows no interim responses
	sent string
}

func (h *hinter) EarlyHint(name string, value []byte) {
	if h.old {
		return
	}
	h.sent += fmt.Sprintf("HTTP/1.1 103 Early Hints\r\n%s: %s\n", name, value)
}

func (h *hinter) DisableL7Retry() {}
func (h *hinter) ServeMetrics()   {}

func (h *hinter) MeasureLoad() {}

// printed is a stream's answer as the stream package sends it.
func printed(s *core.Stream) string {
	a := &s.Reply
	var r http.Response
	r.Reset()
	body := a.Body
	switch page := a.Page; {
	case a.Custom:
		r.Version = http.Version11
		r.SetStatus(a.Status)
		if a.Reason != nil {
			r.Reason = a.Reason
		}
		for _, f := range a.Fields {
			r.AddRef(f.Name, f.Value)
		}
		r.Framing, r.ContentLength = http.Length, int64(len(body))
	default:
		if page == nil {
			page = errorpage.Builtin(a.Status)
		}
		page.Fill(&r)
		body = page.Body
	}
	return normal(string(http1.AppendResponse(nil, &r)) + string(body))
}
