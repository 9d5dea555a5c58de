package spoe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/parser"
	"gohap/parser/diag"
	_ "gohap/runtime/action"
	_ "gohap/runtime/converter"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	_ "gohap/runtime/match"
	"gohap/runtime/registry"
	"gohap/runtime/section"
	engine "gohap/runtime/spoe"
)

// compile compiles a frontend with an engine whose file has that text.
func compile(t *testing.T, text string) (*engine.Agent, *diag.List) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "engine.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := fmt.Sprintf(`defaults
    timeout client 1s
    timeout server 1s
    timeout connect 1s
frontend fe
    mode http
    bind 127.0.0.1:8080
    filter spoe engine e config %s
backend agents
    server a 127.0.0.1:1
`, file)
	env := parser.NewEnv(nil)
	files, list := parser.Parse([]string{"test.cfg"}, env, parser.Options{ReadFile: func(string) ([]byte, error) { return []byte(conf), nil }})
	c := &registry.Compiler{Diags: list, Graph: core.NewGraph(), Env: env.Lookup}
	for _, f := range files {
		for _, s := range f.Sections {
			section.Compile(c, s)
		}
	}
	list.SortByPlace([]string{"test.cfg"})
	c.Finish()
	return engine.Find(c.Graph.Frontends["fe"], "e"), list
}

const head = "[e]\nspoe-agent agent\n timeout hello 1s\n timeout idle 1s\n timeout processing 1s\n use-backend agents\n"

// TestExamples compiles the lines of all directives of engine files: good ones without
// a complaint of the line, bad ones with one.
func TestExamples(t *testing.T) {
	n := 0
	for _, d := range registry.Directives.All() {
		if d.In&(registry.SPOEAgent|registry.SPOEMessage|registry.SPOEGroup) == 0 {
			continue
		}
		n++
		for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
			for _, line := range lines {
				text := head + " " + line + "\n"
				switch d.In {
				case registry.SPOEMessage:
					text = head + "spoe-message m\n " + line + "\n"
				case registry.SPOEGroup:
					text = head + "spoe-group g\n " + line + "\n"
				}
				at := strings.Count(text[:strings.LastIndex(text, line)], "\n") + 1
				_, list := compile(t, text)
				told := false
				for _, x := range list.All {
					told = told || x.Severity == diag.Alert && x.Pos.Line == at && strings.HasSuffix(x.Pos.File, "engine.conf")
				}
				if told == good {
					t.Errorf("%q: good is %v, but told of is %v: %v", line, good, told, list.All)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d directives", n)
	}
}

func TestAgent(t *testing.T) {
	a, list := compile(t, head+` messages first second
 groups both
 option var-prefix px
 no option async
 option set-on-error err
 register-var-names score
 max-frame-size 1000
[other]
spoe-agent nonsense
 nonsense
[e]
spoe-message first
 args ip=src str(a=b)
 event on-client-session
 event on-frontend-http-request if { path /x }
spoe-message second
 event on-http-response
spoe-message third
 args dst
spoe-group both
 messages third
`)
	if list.Failed() {
		t.Fatal(list.All)
	}
	if a.Prefix != "px" || a.Async || !a.Pipelining || a.MaxFrame != 1000 || a.OnError == nil || a.ProcessTime != nil || a.Backend == nil {
		t.Errorf("%+v", a)
	}
	if n := len(a.Events[core.OnClientSession]); n != 0 {
		t.Errorf("%d messages at the first moment named", n)
	}
	first := a.Events[core.OnFrontendHTTPRequest]
	if len(first) != 1 || first[0].Cond == nil || len(first[0].Args) != 2 || first[0].Args[0].Name != "ip" || first[0].Args[1].Name != "" {
		t.Errorf("%+v", first)
	}
	if g := a.Groups["both"]; g == nil || len(g.Messages) != 1 || g.Messages[0].Name != "third" {
		t.Errorf("%+v", a.Groups)
	}
}

// TestOrder holds that what is said of an engine's file comes where the line that names
// it stands.
func TestOrder(t *testing.T) {
	_, list := compile(t, head+" nonsense\n")
	if len(list.All) < 2 || !strings.Contains(list.All[0].Message, "unknown keyword 'nonsense' in spoe-agent section") ||
		!strings.Contains(list.All[1].Message, "Error(s) found in configuration file") {
		t.Error(list.All)
	}
}
