package parser

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"gohap/parser/internal/peer"
)

// like are the features of haproxy 2.6.12 as Debian builds it.
var like = Features{
	Version: "2.6.12-1+deb12u4",
	Names:   map[string]bool{"THREAD": true, "OPENSSL": true, "QUIC": false},
	OpenSSL: "OpenSSL 3.0.22 25 Aug 2026",
}

// installed returns the features of the installed haproxy.
var installed = sync.OnceValue(func() Features {
	out, _ := exec.Command("haproxy", "-vv").Output()
	f := Features{Names: map[string]bool{}}
	if m := regexp.MustCompile(`(?m)^HAProxy version (\S+)`).FindSubmatch(out); m != nil {
		f.Version = string(m[1])
	}
	if m := regexp.MustCompile(`(?m)^Built with OpenSSL version : (.*)$`).FindSubmatch(out); m != nil {
		f.OpenSSL = string(m[1])
	}
	if m := regexp.MustCompile(`(?m)^Feature list : (.*)$`).FindSubmatch(out); m != nil {
		for _, name := range bytes.Fields(m[1]) {
			f.Names[string(name[1:])] = name[0] == '+'
		}
	}
	return f
})

func testEnv() *Env { return NewEnv([]string{"AA=aval", "SP=one two", "EMPTY="}) }

func TestEvalCondition(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "0": false, "1": true, "!0": true, "!!0": false, "(1)": true, "( 1 )": true,
		"1 && 1 || 0": true, "0 && 1 || 1": true, "1 || 1 && 0": true, "0||1": true, "!(1 && 0)": true,
		"defined(AA)": true, "defined(NOPE)": false, "defined(EMPTY)": true, "defined( AA )": false, "defined": false,
		"feature(THREAD)": true, "feature(QUIC)": false, "feature(FOO)": false, "feature()": true,
		`streq("$AA",aval)`: true, "streq($AA,aval)": false, "strneq(a,b)": true, `streq("a b",a  b)`: true, `streq("a  b",a  b)`: false,
		`streq('"a,b"','"a,b"')`: true, "streq(,)": true,
		"version_atleast(2.6.12)": true, "version_atleast(2.6.13)": false, "version_before(2.7)": true, "version_before(2.6.12)": false,
		"version_atleast(2.4-dev19)": true, "version_atleast(2.7-dev1)": false, "version_atleast()": true,
		"openssl_version_atleast(1.1.1)": true, "openssl_version_before(3.0.0)": false,
		"ssllib_name_startswith(Open)": true, "ssllib_name_startswith(open)": false,
		"1 || openssl_version_atleast(x)": true,
	} {
		got, err := EvalCondition(text, testEnv(), like)
		if err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
}

func TestEvalConditionErrors(t *testing.T) {
	for text, want := range map[string]string{
		"foo":                        "Failed to evaluate condition: unparsable conditional expression 'foo'",
		"'a":                         "Syntax Error in condition: Unmatched quote.",
		`\x4`:                        "Syntax Error in condition: Truncated or invalid hexadecimal sequence.",
		`"${A"`:                      "Syntax Error in condition: unmatched brace in environment variable name at position 3.",
		strings.Repeat("(", 5000):    "Failed to evaluate condition: too many nested parentheses in conditional expression",
		"openssl_version_atleast(3)": "Failed to evaluate condition: invalid OpenSSL version '3' in conditional expression",
		strings.Repeat("x ", 65):     "Error in condition: Too many words.",
	} {
		if _, err := EvalCondition(text, testEnv(), like); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// A release is newer than its candidates, and commits count last.
func TestVersionOrder(t *testing.T) {
	order := []string{"", "1", "2.5.99", "2.6-dev1", "2.6-dev12", "2.6-rc1", "2.6", "2.6-abc-3", "2.6.1", "2.6.12", "2.6.12-5", "2.6.12.1", "2.10", "3.0"}
	for i, a := range order {
		for j, b := range order {
			c := parseVersion(a).compare(parseVersion(b))
			if (c < 0) != (i < j) || (c > 0) != (i > j) {
				t.Errorf("%q and %q compare as %d", a, b, c)
			}
		}
	}
}

var conditions = []string{
	"", "0", "1", "2", "00", "01", "-1", "-0", "+1", "+0", "1x", "0x1", " 1", "1 ", "!", "!1", "!0", "! 0", "!!1", "!!0", "()", "(1)", "( 1 )",
	"(1", "1)", "((1))", "(1))", "!(1)", "1&&0", "1 && 0", "1 &&", "&& 1", "1 & 1", "1||", "|| 1", "0 || 1", "0||1", "1 | 1", "1 && 1 || 0",
	"0 && 1 || 1", "1 || 1 && 0", "1 0", "foo", "foo(", "foo()", "foo(a)", "defined", "defined(", "defined()", "defined(AA)", "defined(NOPE)",
	"defined(EMPTY)", "defined( AA )", "defined(AA", "defined(AA,b)", "defined (AA)", "defined(AA)x", "defined(AA) x", "feature(THREAD)",
	"feature(thread)", "feature(QUIC)", "feature(FOO)", "feature()", "feature(+THREAD)", "streq(a,a)", "streq(a,b)", "streq(a, a)", "streq(a)",
	"streq()", "streq(a,b,c)", "streq(,)", `streq("a b",a b)`, `streq("a,b","a,b")`, `streq(a\,b,"a,b")`, "strneq(a,b)", "strneq(a,a)",
	"streq($AA,aval)", "version_atleast(2.6)", "version_atleast(2.6.12)", "version_atleast(2.6.13)", "version_atleast(2.6.12-1)",
	"version_before(2.7)", "version_before(2.6.12)", "version_before(2.6.12-2)", "version_before(2.6-dev1)", "version_atleast(2.7-dev0)",
	"version_atleast(x)", "version_atleast()", "version_atleast(2)", "version_atleast(2.6.12-1+deb12u5)", "version_atleast(2.6.12-dev1)",
	"version_atleast(2.6.12-abc-5)", "version_atleast(2.6.12-1-abc)", "version_atleast(2.6.12x)", "version_atleast(2.6.12.1)",
	"version_atleast(v2.6)", "version_atleast(02.06)", "version_atleast(99999999999)", "version_before(2.6.11-99)", "openssl_version_atleast(3.0.0)",
	"openssl_version_atleast(1.1.1)", "openssl_version_atleast(3.0.19)", "openssl_version_before(3.0.0)", "openssl_version_atleast(1.1.1a)",
	"openssl_version_atleast(3.0.0a)", "openssl_version_atleast(3.0.0-alpha1)", "openssl_version_before(2.9.9)", "ssllib_name_startswith(OpenSSL)",
	"ssllib_name_startswith(open)", "ssllib_name_startswith()", "enabled(TFO)", "0 || 1 &&", "1 && 1 ||", "(1 ||)", "1 || foo", "1 && foo",
	"0 || foo", "0 && foo", "(foo)", "!foo", "! foo", "!(foo)", "1 || (foo", "1 && (1", "1 || 1 foo", "(1 foo)", "(1 && foo)", "0 ||",
	"0||foo && 1", "1 && 1 && foo", "1 && 1 || foo || 1", "1 || 1 || (", "((", "(!", "1 &&& 1", "1 ||| 1", "1 && || 1", "1 &&&& 1", "streq(a,",
	"streq(a,b", `streq("a,b)`, `defined("AA")`, "1 && streq(a)", "1 || defined(AA", "1 x && y", "1 && x y", "streq(a,b)&&1", "1 &&foo",
	"streq", "(1 &&", "08", "-", "+", "0x", "1.5", "!-1", "defined(AA)&&defined(EMPTY)",
}

// Each condition, as one word behind .if, gives haproxy's value or haproxy's
// message.
func TestConditionsAsHAProxy(t *testing.T) {
	peer.Find(t)
	env := []string{"AA=aval", "SP=one two", "EMPTY="}
	for _, c := range conditions {
		text := ".if '" + c + "'\n.notice true\n.endif\n"
		want := "false"
		for _, m := range peer.Check(t, text, env).Messages {
			if m.Level == "NOTICE" {
				want = "true"
			} else if m.Line == 1 {
				want, _, _ = strings.Cut(strings.TrimPrefix(m.Text, "config : parsing [t.cfg:1]: "), "\n")
			}
		}
		got := "false"
		opts := Options{Features: installed(), ReadFile: func(string) ([]byte, error) { return []byte(text), nil }}
		_, list := Parse([]string{"t.cfg"}, testEnv(), opts)
		for _, d := range list.All {
			if d.Severity.String() == "NOTICE" {
				got = "true"
			} else if d.Pos.Line == 1 {
				got = strings.TrimPrefix(d.Message, "config : parsing [t.cfg:1]: ")
			}
		}
		if got != want {
			t.Errorf("%q\ngohap   %s\nhaproxy %s", c, got, want)
		}
	}
}

func FuzzEvalCondition(f *testing.F) {
	for _, c := range conditions {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = EvalCondition(text, testEnv(), like)
		if _, err := evalCondition(text, testEnv(), like); err != nil {
			if e := err.(*CondError); e.Off < 0 || e.Off > len(text) {
				t.Fatalf("%q: error at %d", text, e.Off)
			}
		}
	})
}
