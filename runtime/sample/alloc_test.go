//go:build !race

// The race detector drops pooled memory at will, which is then allocated again.

package sample_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/http1"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// allocating are converters whose libraries allocate: they check signatures, sign
// with keys that vary, and decrypt. Regular expressions do, too, where something is replaced.
var allocating = []string{"aes_gcm_dec", "debug", "hmac(sha1,txn", "jwt_verify", "regsub", "map_reg", "map_regm"}

// TestNoAllocation evaluates every converter's examples and the expressions that
// are compared with haproxy here: none may allocate.
func TestNoAllocation(t *testing.T) {
	all := append(expressions(t, "fetches.txt"), expressions(t, "converters.txt")...)
	for _, c := range registry.Converters.All() {
		all = append(all, c.OK...)
	}
	c, s := newRun(t)
	var exprs []core.Expr
	for _, e := range all {
		if slices.ContainsFunc(allocating, func(name string) bool { return strings.Contains(e, ","+name) }) {
			continue
		}
		x, ok := sample.Expr(c, &ast.Word{Text: e}, sample.Place{})
		if !ok {
			t.Errorf("%s: %s", e, c.Diags.All[len(c.Diags.All)-1].Message)
			continue
		}
		exprs = append(exprs, x)
	}
	c.Finish()
	if len(exprs) < 400 {
		t.Errorf("only %d expressions", len(exprs))
	}
	for _, x := range exprs {
		if strings.Contains(x.Text(), "(proc.") { // these outlive the stream
			continue
		}
		if n := testing.AllocsPerRun(10, func() {
			p := s.Borrow()
			x.Eval(s, core.Str, p)
			s.Return()
			s.ResetScratch()
		}); n != 0 {
			t.Errorf("%s allocates %v times", x.Text(), n)
		}
	}
}

// newRun returns a compiler and a stream with the first of the requests.
func newRun(t *testing.T) (*registry.Compiler, *core.Stream) {
	var d diag.List
	fe := &core.Proxy{Name: "f", Kind: "frontend", Caps: core.Frontend | core.Backend}
	fe.Mode = core.HTTP
	fe.Timeout.Client = 10 * time.Second
	fe.RequestCaptures = []core.Capture{{Name: "host", Len: 10}}
	c := &registry.Compiler{Diags: &d, Graph: core.NewGraph(), Proxy: fe, Env: os.LookupEnv}
	s := &core.Stream{
		Exchange: new(core.Exchange),
		Session: &core.Session{
			Src: netip.MustParseAddrPort("127.0.0.1:1"), Dst: netip.MustParseAddrPort("127.0.0.1:2"), Frontend: fe,
			Listener: &core.Listener{Proxy: fe, Name: "sock1", ID: 1},
		},
		Frontend: fe, Backend: fe, RequestParsed: true, Complete: true,
	}
	s.Req.Reset()
	if _, err := http1.ParseRequest([]byte(requests[0]), &s.Req, nil); err != nil {
		t.Fatal(err)
	}
	s.RequestCaptures = [][]byte{[]byte("www.ex.com")}
	s.Scratch(64 << 10)
	s.ResetScratch()
	return c, s
}
