package action_test

import (
	"net/netip"
	"testing"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/lex"
	"gohap/runtime/core"
	"gohap/runtime/http1"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// rulesOf is a compiled ruleset of a frontend.
type rulesOf struct {
	frontend *core.Proxy
	rules    []core.Rule
}

// compile compiles rules without the words of their ruleset.
func compile(t testing.TB, set core.Ruleset, lines ...string) rulesOf {
	t.Helper()
	var d diag.List
	fe := &core.Proxy{Name: "f", Kind: "frontend", Caps: core.Frontend}
	fe.Mode = core.HTTP
	c := &registry.Compiler{Diags: &d, Graph: core.NewGraph(), Proxy: fe, Section: registry.Frontend}
	r := rulesOf{frontend: fe}
	for _, line := range lines {
		words, err := lex.Line(nil, "rules "+line, diag.Pos{Line: 1, Col: 1}, nil)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		st := &ast.Statement{Words: words, Source: line}
		c.Statement = st
		rule, ok := sample.Rule(c, st, 1, set)
		if !ok {
			t.Fatalf("%s: %v", line, d.All)
		}
		r.rules = append(r.rules, rule)
	}
	return r
}

// stream returns a stream of a client that connected to addr.
func (r rulesOf) stream(addr string) *core.Stream {
	return &core.Stream{
		Exchange: new(core.Exchange),
		Session: &core.Session{
			Src: netip.MustParseAddrPort("127.0.0.1:1234"), Dst: netip.MustParseAddrPort(addr), Frontend: r.frontend,
			Listener: &core.Listener{Proxy: r.frontend, ID: 1},
		},
		Frontend: r.frontend, Backend: r.frontend, RequestParsed: true, Complete: true,
	}
}

// TestNoAllocation runs rules that most configurations have.
func TestNoAllocation(t *testing.T) {
	head := []byte(plainRequest)
	for _, list := range [][]string{
		{"set-header X-Forwarded-Proto https"},
		{"set-header X-Real-IP %[src]", "add-header X-Port %[dst_port]"},
		{"del-header x-a", "set-header Host x.y if { hdr(host) h.x }"},
		{"set-path /x%[path]", "set-query a=b"},
		{"set-var(txn.path) path", "set-header X-Path %[var(txn.path)]"},
		{"deny deny_status 403 if { path_beg /nothing /else } || { src 10.0.0.0/8 }"},
		{"return status 200 content-type text/plain lf-string \"%[src] %[path]\" hdr X-A %[method] if { path_beg /a }"},
		{"redirect scheme https code 301 if !{ ssl_fc }"},
		{"set-log-level silent if { path_end .js } || { hdr_sub(user-agent) -i bot }"},
	} {
		compiled := compile(t, core.HTTPRequest, list...)
		s := compiled.stream("127.0.0.1:80")
		n := testing.AllocsPerRun(200, func() {
			session := s.Session
			s.Reset()
			s.Session, s.Frontend, s.Backend, s.RequestParsed, s.Complete = session, compiled.frontend, compiled.frontend, true, true
			if _, err := http1.ParseRequest(head, &s.Req, nil); err != nil {
				t.Fatal(err)
			}
			at := 0
			core.RunRules(s, compiled.rules, &at)
		})
		if n != 0 {
			t.Errorf("%q: %v allocations", list, n)
		}
	}
}

func TestResponseRules(t *testing.T) {
	r := compile(t, core.HTTPResponse, "set-header X-B %[status]", "set-status 299 reason \"All Right\"", "del-header server")
	s := r.stream("127.0.0.1:80")
	s.Response, s.ResponseParsed = true, true
	s.Res.Reset()
	if _, err := http1.ParseResponse([]byte("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n"), &s.Res, &s.Req, nil); err != nil {
		t.Fatal(err)
	}
	at := 0
	if v := core.RunRules(s, r.rules, &at); v != core.Accept {
		t.Fatalf("verdict %d", v)
	}
	if got, want := string(http1.AppendResponse(nil, &s.Res)), "HTTP/1.1 299 All Right\r\ncontent-length: 0\r\nx-b: 200\r\n\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if s.Log.Status != 299 {
		t.Errorf("logged status %d", s.Log.Status)
	}
}

func TestAddressesEndWithTheStream(t *testing.T) {
	r := compile(t, core.HTTPRequest, "set-src ipv4(9.9.9.9)", "set-src-port int(99)")
	s := r.stream("127.0.0.1:80")
	session, before := s.Session, s.Session.Src
	at := 0
	core.RunRules(s, r.rules, &at)
	if got := session.Src.String(); got != "9.9.9.9:99" {
		t.Errorf("client is %s", got)
	}
	s.Reset()
	if session.Src != before {
		t.Errorf("client stays %s", session.Src)
	}
}
