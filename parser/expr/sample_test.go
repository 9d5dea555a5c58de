package expr

import (
	"errors"
	"strings"
	"testing"

	"gohap/parser/internal/peer"
)

func TestParseSample(t *testing.T) {
	tests := []struct{ text, want string }{
		{"src", "src@0"},
		{"req.hdr(host),field(1,.),lower", `req.hdr@0("host"@8+4) field@14("1"@20+1 "."@22+1) lower@25`},
		{"src()", `src@0(""@4+0)`},
		{"src,,lower,", "src@0 lower@5"},
		{"str( a b )", `str@0(" a b "@4+5)`},
		{`str("a,b)")`, `str@0("a,b)"@4+6)`},
		{`str(a]b),x`, `str@0("a]b"@4+3) x@9`},
		{"concat(x,,y)", `concat@0("x"@7+1 ""@9+0 "y"@10+1)`},
		{`s(a"b)c"d)`, `s@0("ab)cd"@2+7)`},
		{"a:b-c_d.e", "a:b-c_d.e@0"},
	}
	for _, tt := range tests {
		s, err := ParseSample(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := showSample(s); got != tt.want || s.End != len(tt.text) {
			t.Errorf("%q: end %d\ngot  %s\nwant %s", tt.text, s.End, got, tt.want)
		}
	}
}

// The values that haproxy 2.6.12 gave for str(...).
func TestArguments(t *testing.T) {
	for raw, want := range map[string]string{
		`a\nb`: "a\nb", `a\rb\tc`: "a\rb\tc", `a\x41`: `a\x41`, `a\#b`: `a\#b`, `a\$b`: `a\$b`, `a\qb`: `a\qb`, `a\\b`: `a\b`,
		`a\ b`: "a b", `a\'b`: "a'b", `a\"b`: `a"b`, `"a\qb"`: `a\qb`, `"a\nb"`: "a\nb", `"a\,b"`: `a\,b`, `"a\"b"`: `a"b`,
		`"a\\b"`: `a\b`, `"a\'b"`: "a'b", `"a\$b"`: `a\$b`, `"a b"`: "a b", ` a `: " a ", `'a,b)'`: "a,b)", `'a\nb'`: `a\nb`,
		`'a"b'`: `a"b`, `"a'b"`: "a'b", `a"b)c"d`: "ab)cd", `a'b,c'd`: "ab,cd", `""`: "", ``: "", `a#b`: "a#b", `a\`: `a\`,
	} {
		s, err := ParseSample("str(" + raw + ")")
		if err != nil || len(s.Fetch.Args) != 1 || s.Fetch.Args[0].Text != want {
			t.Errorf("%s: %+v %v", raw, s, err)
		}
	}
}

func TestParseConverters(t *testing.T) {
	calls, err := ParseConverters(",lower,field(1,.)")
	if err != nil || len(calls) != 2 || calls[1].Name != "field" || calls[1].Args[1].Text != "." {
		t.Errorf("%+v %v", calls, err)
	}
	if _, err := ParseConverters("lower;"); err == nil {
		t.Error("no error")
	}
}

// With an error comes what is in front of it.
func TestPartialSample(t *testing.T) {
	s, err := ParseSample("foo(a),bar(b")
	var e *Error
	if !errors.As(err, &e) || e.Fault != MissingParenthesis || e.Off != 12 || s.Fetch.Name != "foo" || s.Converters[0].Name != "bar" {
		t.Errorf("%+v %v", s, err)
	}
}

// Where haproxy's complaint is one about the syntax, gohap's is the same;
// elsewhere gohap has none.
func TestSamplesAsHAProxy(t *testing.T) {
	const head = "frontend f\n bind :8080\n mode http\n timeout client 1s\n http-request set-var(txn.a) "
	syntax := []string{"missing fetch method.", "missing comma after", "expected ')'."}
	for _, text := range []string{
		"src", "src,", "src,lower", "src,,lower", "src,lower,", "src,foo", "src()", "src(", "src(a)", "hdr", "hdr(", "hdr()", "hdr(host",
		"hdr(host)", "hdr(host,1)", "hdr(host,x)", "hdr(host,1,2)", "hdr(host)lower", "hdr(host),lower", "hdr(host),field(1,.)", "hdr(host),field(1,.)x",
		"hdr(host),field(1,.),", "hdr(host),field", "hdr(host),lower()", "hdr(host),regsub(a,b)", `hdr(host),regsub("(a)",b)`, "str(a b)", `str("a)")`,
		"str('a)')", `str(a\)b)`, `str("a\"b")`, `str(a"b)c"d)`, "str( a )", "hdr(host),lower", "hdr(host).lower", "hdr(host)(x)", ",lower",
		"hdr(host)),lower", "int(1),add(2)", "int(1),add(txn.a)", "str(a#b)", "str(a{b}[c])", `str("a)`, "str('a)", "src]", "src@x", "src{", "src;lower",
		"hdr(host) ,lower", "hdr(host);", " src", "(src)", "]", "str(a)b", "str(a),lower(", "str(a),lower)", "str(a),lower x",
	} {
		want := ""
		if alerts := peer.Check(t, head+"'"+strings.ReplaceAll(text, "'", `'"'"'`)+"'\n", nil).Alerts(); len(alerts) > 0 {
			_, said, _ := strings.Cut(alerts[0].Text, "rule : ")
			for _, s := range syntax {
				if strings.Contains(said, s) {
					want = said
				}
			}
		}
		got := ""
		if _, err := ParseSample(text); err != nil {
			got = err.Error() + "."
		}
		if got != want {
			t.Errorf("%q\ngohap   %s\nhaproxy %s", text, got, want)
		}
	}
}

func FuzzParseSample(f *testing.F) {
	for _, text := range []string{"src", "req.hdr(host),field(1,.),lower", `str("a\"b)")`, "a(b,c", ",x,,y(", "a(')"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseWord(text)
		if s == nil {
			t.Fatalf("%q: nothing", text)
		}
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Off < 0 || e.Off > len(text) || e.Len < 1 {
				t.Fatalf("%q: %+v", text, err)
			}
		}
		for _, c := range append([]Call{s.Fetch}, s.Converters...) {
			if c.Off < 0 || c.End > len(text) || c.Off+len(c.Name) > c.End || text[c.Off:c.Off+len(c.Name)] != c.Name {
				t.Fatalf("%q: %+v", text, c)
			}
			for _, a := range c.Args {
				if a.Off < c.Off || a.Off+a.Len > c.End || len(a.Text) > a.Len {
					t.Fatalf("%q: %+v", text, a)
				}
			}
		}
	})
}

// BenchmarkParseSample parses a sample expression.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./parser/expr | tee new.txt
func BenchmarkParseSample(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = parseWord("req.hdr(host),field(1,.),lower")
	}
}
