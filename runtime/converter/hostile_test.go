package converter_test

import (
	"math/rand/v2"
	"testing"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// TestHostileBytes gives the converters that parse what others send bytes that
// look right for a while. None may panic.
func TestHostileBytes(t *testing.T) {
	var d diag.List
	c := &registry.Compiler{Diags: &d, Graph: core.NewGraph(), Proxy: &core.Proxy{}}
	in, err := c.Graph.Vars.Find("txn.in")
	if err != nil {
		t.Fatal(err)
	}
	var all []core.Expr
	for _, call := range []string{
		"fix_is_valid", "fix_tag_value(49)", "mqtt_is_valid", "mqtt_field_value(connect,will_payload)", "mqtt_field_value(connack,26)",
		"protobuf(1.2)", "protobuf(3,double)", "ungrpc(1.2,sint32)", "json_query('$.a[1].b')", "json_query('$','int')",
		"jwt_header_query('$.a')", "jwt_verify(HS256,k)", "b64dec", "ub64dec", "url_dec", "hex2i", "json(utf8ps)", "language(a;b)", "host_only", "port_only",
	} {
		e, ok := sample.Expr(c, &ast.Word{Text: "var(txn.in)," + call}, sample.Place{})
		if !ok {
			t.Fatalf("%s: %s", call, d.All[len(d.All)-1].Message)
		}
		all = append(all, e)
	}
	c.Finish()
	seeds := []string{
		"8=FIX.4.2\x019=5\x0135=A\x0149=x\x0110=123\x01", "\x10\x15\x00\x04MQTT\x05\x04\x00\x3c\x00\x00\x01c\x00\x00\x01a\x00\x01b",
		"\x20\x07\x00\x00\x04\x1a\x00\x01x", "\x00\x00\x00\x00\x09\x0a\x02\x10\x05\x19abcdefgh", "\x0a\x02\x10\x05\x19abcdefgh",
		`{"a":[1,{"b":"x\n\u0041"}],"c":{"d":-1.5e3}}`, "eyJhIjoxfQ.e30.c2ln", "YWJj", "a%20b%", "1f", "da, en;q=0.5", "[::1]:80",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	s := core.Stream{Exchange: new(core.Exchange)}
	values := make([]int, len(all))
	for range 20000 {
		b := []byte(seeds[rng.IntN(len(seeds))])
		for range rng.IntN(4) { // sometimes none
			b[rng.IntN(len(b))] = byte(rng.Uint32())
		}
		in.Set(&s, &core.Sample{Type: core.Bin, Bytes: b[:rng.IntN(len(b)+1)]})
		for i, e := range all {
			p := s.Borrow()
			if e.Eval(&s, core.Str, p) {
				values[i]++
			}
			s.Return()
		}
		s.ResetScratch()
	}
	for i, n := range values {
		if n == 0 {
			t.Errorf("%s never has a value", all[i].Text())
		}
	}
}
