package e2e

import (
	"strings"
	"testing"
)

// TestDiffDetects plays scripts on HAProxy with two configs that differ: the
// comparison has to see it, be it in bytes, in how a connection ends, in what
// the server gets, or in the log line alone.
func TestDiffDetects(t *testing.T) {
	t.Parallel()
	ref := needHAProxy(t)
	scripts, err := parseScripts(testdata("diff"))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*script{}
	for _, s := range scripts {
		byName[s.name] = s
	}
	plain := startVariant(t, ref, "http")
	for _, c := range []struct{ script, config, sign string }{
		{"keep-three", "close", "c received"},
		{"idle-client-fin", "server-close", "s1 received"},
		{"method-get", "forwardfor", "x-forwarded-for"},
		{"method-get", "log-default", `log "`},
		{"client-connect-fin", "dontlognull", `log "`},
		{"server-idle-close", "http", ""},
	} {
		s := byName[c.script]
		if s == nil {
			t.Fatalf("no case %s", c.script)
		}
		other := startVariant(t, ref, c.config)
		diff := lineDiff(plain.play(t, s, 0).lines, other.play(t, s, 0).lines)
		changed := ""
		for _, line := range strings.Split(diff, "\n") {
			if strings.HasPrefix(line, "+ ") || strings.HasPrefix(line, "- ") {
				changed += line + "\n"
			}
		}
		if c.sign == "" && changed != "" || c.sign != "" && !strings.Contains(diff, c.sign) || c.sign != "" && changed == "" {
			t.Errorf("%s with config %s: want a difference %q, got\n%s", c.script, c.config, c.sign, changed)
		}
	}
}

func TestScriptErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"case a":                                       "no config before",
		"config x\ncase a":                             "has no steps",
		"config x\ncase a\n c nosuch":                  "unknown verb",
		"config x\ncase a\n x send \"a\"":              "does not know how to",
		"config x\ncase a\n s reply":                   "does not know how to",
		"config x\ncase a\n c send":                    "wrong number of arguments",
		"config x\ncase a\n c send \"a":                "bad string",
		"config x\ncase a\n c send \"\\q\"":            "bad string",
		"config x\ncase a\n c send $nope":              "unknown string",
		"config x\ncase a\n c send $1":                 "no string for $1",
		"config x\nfamily a\n c send $1":               "no with line",
		"config x\nfamily a\n c send $1\nwith b":       "no string for $1",
		"config x\nfamily a\n c fin\nwith b \"x\"":     "its family uses 0",
		"config x\ncase a\n c fin\nwith b \"x\"":       "with outside of a family",
		"config x\n\"x\"":                              "continues nothing",
		"config x\ncase a\n loose x":                   "nothing called",
		"config x\ncase a\n c send x*\"a\"":            "bad repetition",
		"let a \"b\"\nlet a \"c\"":                     "set already",
		"config x\ncase a\n c send \"a\"\"b\"":         "no blank after string",
		"config x\nfamily a\n c fin\nwith b\n c fin\n": "step after the first with line",
	} {
		if _, err := parseScript("x.txt", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestScriptStrings(t *testing.T) {
	t.Parallel()
	list, err := parseScript("x.txt", `
let a "A" 3*"b"  # a comment
config x
family f
  s auto "1" "2" + $a
  c send "<" $1 ">"
    2*"-"
  p queued 3
with one "x" + "y"
with two $a
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].name != "f-one" || list[1].name != "f-two" || list[0].config != "x" {
		t.Fatalf("%+v", list)
	}
	steps := list[0].steps
	for i, want := range [][]string{{"1", "2Abbb"}, {"<xy>--"}, {"3"}} {
		if !equal(steps[i].args, want...) {
			t.Errorf("step %d: %q, want %q", i, steps[i].args, want)
		}
	}
	if got := list[1].steps[1].args[0]; got != "<Abbb>--" {
		t.Errorf("second member: %q", got)
	}
}

func TestKnownLines(t *testing.T) {
	t.Parallel()
	names := map[string]bool{"a": true, "b": true}
	known, err := knownLines("# c\n\na: because\n", names)
	if err != nil || known["a"] != "because" {
		t.Errorf("%v %v", known, err)
	}
	for _, text := range []string{"a", "a: ", "c: x", "a: x\na: y"} {
		if _, err := knownLines(text, names); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestNormalLog(t *testing.T) {
	t.Parallel()
	const http = `<134>Nov 20 17:41:36 haproxy[11]: 127.0.0.1:4790 [20/Nov/2026:17:41:36.222] fe be/s 0/12/-1/+3/4 200 176 - - ---- 3/2/1/0/0 0/0 "GET / HTTP/1.1"`
	for _, c := range []struct {
		loose string
		exact bool
		want  string
	}{
		{"", true, `<134> haproxy: 127.0.0.1:port [date] fe be/s 0/0/-1/+0/0 200 176 - - ---- 3/2/1/0/0 0/0 "GET / HTTP/1.1"`},
		{"", false, `<134> haproxy: 127.0.0.1:port [date] fe be/s 0/0/-1/+0/0 200 176 - - ---- N/N/1/0/0 0/0 "GET / HTTP/1.1"`},
		{"bytes", true, `<134> haproxy: 127.0.0.1:port [date] fe be/s 0/0/-1/+0/0 200 bytes - - ---- 3/2/1/0/0 0/0 "GET / HTTP/1.1"`},
		{"counts", true, `<134> haproxy: 127.0.0.1:port [date] fe be/s 0/0/-1/+0/0 200 176 - - ---- counts/0 0/0 "GET / HTTP/1.1"`},
	} {
		if got := normalLog(http, map[string]bool{c.loose: true}, c.exact); got != c.want {
			t.Errorf("%s, exact %v:\n%s\nwant\n%s", c.loose, c.exact, got, c.want)
		}
	}
	const down = `<129>Nov 20 17:41:36 haproxy[11]: Server b/s is DOWN, reason: x, check duration: 31ms. 0 active`
	if got := normalLog(down, nil, true); got != "<129> haproxy: Server b/s is DOWN, reason: x, check duration: Nms. 0 active" {
		t.Error(got)
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: v\r\n\r\n": `<chunked, complete true>|"abcde<trailer T: v>"`,
		"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab":                                    `<chunked, complete false>|"ab"`,
		"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 204 No\r\n\r\n":                           `"ok"|"HTTP/1.1 204 No\r\n"|"\r\n"`,
		"no message": `"no message"`,
	} {
		var lines []string
		for _, line := range readable([]byte(in)) {
			lines = append(lines, strings.TrimSpace(line))
		}
		if got := strings.Join(lines, "|"); !strings.HasSuffix(got, want) {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestExpectFindings(t *testing.T) {
	t.Parallel()
	want := []wrongLine{{line: 2, messages: []string{"bad"}}}
	for stderr, ok := range map[string]bool{
		"[ALERT]    (1) : config : parsing [/x/haproxy.cfg:2] : a bad word\n":                                                          true,
		"[ALERT]    (1) : config : a bad word\n":                                                                                       true,
		"[ALERT]    (1) : config : parsing [/x/haproxy.cfg:3] : a bad word\n":                                                          false,
		"[ALERT]    (1) : config : parsing [/x/haproxy.cfg:2] : a word\n":                                                              false,
		"[ALERT]    (1) : config : parsing [/x/haproxy.cfg:2] : bad\n[ALERT]    (1) : config : parsing [/x/haproxy.cfg:4] : another\n": false,
		"[WARNING]  (1) : config : parsing [/x/haproxy.cfg:2] : bad\n":                                                                 false,
	} {
		if faults := expect(want, findings("ALERT", stderr)); (len(faults) == 0) != ok {
			t.Errorf("%q: %v", stderr, faults)
		}
	}
}
