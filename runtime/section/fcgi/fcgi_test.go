package fcgi_test

import (
	"strings"
	"testing"

	"gohap/parser"
	"gohap/parser/diag"
	_ "gohap/runtime/action"
	"gohap/runtime/core"
	_ "gohap/runtime/fetch"
	_ "gohap/runtime/match"
	"gohap/runtime/registry"
	"gohap/runtime/section"
)

const proxies = `defaults
    mode http
    timeout client 1s
    timeout server 1s
    timeout connect 1s
frontend fe
    bind 127.0.0.1:8080
    default_backend be
backend be
    use-fcgi-app app
    server s 127.0.0.1:1 proto fcgi
`

func compile(conf string) (*core.Graph, *diag.List) {
	env := parser.NewEnv(nil)
	files, list := parser.Parse([]string{"test.cfg"}, env, parser.Options{ReadFile: func(string) ([]byte, error) { return []byte(conf), nil }})
	c := &registry.Compiler{Diags: list, Graph: core.NewGraph(), Env: env.Lookup}
	for _, f := range files {
		for _, s := range f.Sections {
			section.Compile(c, s)
		}
	}
	c.Finish()
	return c.Graph, list
}

// TestExamples compiles the lines of all directives of the section.
func TestExamples(t *testing.T) {
	n := 0
	for _, d := range registry.Directives.All() {
		if d.In&registry.FCGIApp == 0 {
			continue
		}
		n++
		for good, lines := range map[bool][]string{true: d.OK, false: d.Bad} {
			for _, line := range lines {
				conf := proxies + "fcgi-app app\n    docroot /var/www\n    " + line + "\n"
				at := strings.Count(conf, "\n")
				_, list := compile(conf)
				told := false
				for _, x := range list.All {
					told = told || x.Severity == diag.Alert && x.Pos.Line == at
				}
				if told == good || good && list.Failed() {
					t.Errorf("%q: good is %v, but told of is %v: %v", line, good, told, list.All)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d directives", n)
	}
}

func TestWhole(t *testing.T) {
	app := "fcgi-app app\n    docroot /var/www\n"
	for conf, want := range map[string]string{
		proxies + app: "",
		strings.Replace(proxies, "    use-fcgi-app app\n", "    filter fcgi-app app\n", 1) + app: "",
		proxies + "fcgi-app other\n    docroot /x\n":                                             "proxy 'be' : fcgi-app 'app' not found.",
		proxies + app + app:                                                                                  "has the same name as another one declared at test.cfg:12.",
		proxies + "fcgi-app app\n    index x\n":                                                              "fcgi-app 'app': no docroot configured.",
		strings.Replace(proxies, "    use-fcgi-app app\n", "", 1) + app:                                      "FCGI server 's' has no FCGI app configured.",
		strings.Replace(proxies, " proto fcgi", "", 1) + app:                                                 "FCGI app configured but no FCGI server found.",
		strings.Replace(proxies, "use-fcgi-app app\n", "use-fcgi-app app\n    use-fcgi-app b\n", 1) + app:    "only one fcgi-app supported per backend",
		strings.Replace(proxies, "use-fcgi-app app\n", "use-fcgi-app app\n    filter fcgi-app b\n", 1) + app: "only one fcgi-app supported per backend.",
		strings.Replace(proxies, "use-fcgi-app app\n", "use-fcgi-app app\n    filter fcgi-app\n", 1) + app:   "fcgi-app : expects a <name> argument",
		strings.Replace(proxies, "    mode http\n", "    mode tcp\n", 1) + app:                               "MUX protocol 'fcgi' is not usable for server 's'",
		strings.Replace(proxies, " proto fcgi", " proto fcgi check\n    option httpchk", 1) + app:            "HTTP health checks of FCGI server 's'",
		proxies + "fcgi-app\n" + app:                                                                         "'fcgi-app' expects <name> as argument.",
		proxies + app + "    nonsense\n":                                                                     "unknown keyword 'nonsense' in 'fcgi-app' section",
		proxies + app + "    option nonsense\n":                                                              "unknown option 'nonsense'.",
	} {
		_, list := compile(conf)
		found := want == "" && !list.Failed()
		for _, x := range list.All {
			found = found || want != "" && strings.Contains(x.Message, want)
		}
		if !found {
			t.Errorf("%q is not among %v of\n%s", want, list.All, conf)
		}
	}
}

func TestScript(t *testing.T) {
	g, list := compile(proxies + "fcgi-app app\n    docroot /var/www\n    path-info ^(/.+\\.php)(/.*)?$\n")
	app := g.FCGIApp("app")
	if list.Failed() || g.Backends["be"].FCGI != app {
		t.Fatal(list.All)
	}
	for path, want := range map[string]string{"/x.php": "/x.php|", "/x.php/a/b": "/x.php|/a/b", "/x": "/x|", "/x.phpa": "/x.phpa|"} {
		if name, info := app.Script([]byte(path)); string(name)+"|"+string(info) != want {
			t.Errorf("%s: %s and %s, want %s", path, name, info, want)
		}
	}
	if !app.Unfit([]byte("/a\nb")) || app.Unfit([]byte("/a")) {
		t.Error("a line feed fits, or a letter does not")
	}
}
