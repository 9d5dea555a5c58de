// Package fcgi reads fcgi-app sections and what refers to them (configuration.txt 10.1).
package fcgi

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/expr"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/regex"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/section/logline"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "acl", Manual: "10.1.1", Usage: "<name> <criterion> [<flags>] [<operator>] <value>...", Doc: "Names a test for the section's conditions.",
				OK: []string{"acl local src 127.0.0.1"}, Bad: []string{"acl x", "acl x nonsense"},
			},
			In: registry.FCGIApp, Dump: "-", Compile: sample.ACL,
		},
		text("docroot", "path", "Where the application's scripts lie.", func(a *core.FCGIApp) *string { return &a.Docroot }),
		text("index", "filename", "The script of paths that end in a slash.", func(a *core.FCGIApp) *string { return &a.Index }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "path-info", Manual: "10.1.1", Usage: "<regex>", Doc: "Tells the script in a path, the first group, from what follows it, the second.",
				OK: []string{`path-info ^(/.+\.php)(/.*)?$`}, Bad: []string{"path-info", "path-info [", "path-info a b"},
			},
			In: registry.FCGIApp, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				w, ok := one(c, st, "regex")
				if !ok {
					return
				}
				re, err := regex.Compile(w.Text, false)
				if err != nil {
					c.Alert(w, "'%s' : %s.", w.Text, err)
					return
				}
				c.FCGI.PathInfo = re
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "log-stderr", Manual: "10.1.1", Usage: "{ global | <target> [len <len>] [format <format>] <facility> [<level> [<minlevel>]] }",
				Doc: "Where what the application reports is logged.",
				OK:  []string{"log-stderr global", "log-stderr 127.0.0.1 local0"}, Bad: []string{"log-stderr", "log-stderr 127.0.0.1"},
			},
			In: registry.FCGIApp, Dump: "-", Compile: compileLog,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option keep-conn", Manual: "10.1.1", Doc: "Asks the application to leave its connections open.",
				OK: []string{"option keep-conn", "no option keep-conn"}, Bad: []string{"option keep-conn x"},
			},
			In: registry.FCGIApp, No: true, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if c.MaxArgs(st, 2, 0) {
					c.FCGI.KeepConn = !c.Negated
				}
			},
		},
		off("mpxs-conns", "Carries one request at a time over a connection."),
		off("get-values", "Does not ask the application what it can do."),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option max-reqs", Manual: "10.1.1", Usage: "<number>", Doc: "How many requests a connection carries at a time: one.",
				OK: []string{"option max-reqs 1"}, Bad: []string{"option max-reqs", "option max-reqs 0"},
			},
			In: registry.FCGIApp, Dump: "-", Compile: compileMaxReqs,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "set-param", Manual: "10.1.1", Usage: "<name> <fmt> [{if | unless} <condition>]", Doc: "Sets a parameter that the application gets.",
				OK: []string{"set-param REDIRECT_STATUS 200", "set-param X %[src] if { path /x }"}, Bad: []string{"set-param", "set-param a", "set-param a b if nonsense"},
			},
			In: registry.FCGIApp, Dump: "-", Compile: compileSetParam,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "pass-header", Manual: "10.1.1", Usage: "<name> [{if | unless} <condition>]", Doc: "Passes a header that applications do not get otherwise.",
				OK: []string{"pass-header Authorization", "pass-header Authorization if { path /x }"}, Bad: []string{"pass-header", "pass-header a if nonsense"},
			},
			In: registry.FCGIApp, Dump: "-", Compile: compilePassHeader,
		},
	)
}

// Begin starts a section.
func Begin(c *registry.Compiler, name *ast.Word) {
	if old := c.Graph.FCGIApp(name.Text); old != nil {
		at := c.Statement.Pos()
		d := c.Diags.Config(diag.Alert, "Parsing [%s:%d]: fcgi-app section '%s' has the same name as another one declared at %s:%d.",
			at.File, at.Line, name.Text, old.Pos.File, old.Pos.Line)
		d.Pos, d.Source = name.Pos, c.Statement.Source
	}
	c.FCGI = &core.FCGIApp{Name: name.Text, Pos: c.Statement.Pos(), KeepConn: true}
	c.Graph.FCGIApps = append(c.Graph.FCGIApps, c.FCGI)
	// Conditions and formats of the section belong to no proxy.
	c.Proxy = &core.Proxy{Name: name.Text, Kind: "backend", Caps: core.Backend, ACLs: map[string]any{}}
	c.Proxy.Mode = core.HTTP
}

// one returns the only argument of a line.
func one(c *registry.Compiler, st *ast.Statement, what string) (*ast.Word, bool) {
	name := st.Words[0].Text
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.Alert(&st.Words[0], "'%s' expects <%s> as argument.", name, what)
		return nil, false
	}
	if len(st.Words) > 2 {
		c.Alert(&st.Words[2], "'%s %s' cannot handle unexpected argument '%s'.", name, st.Words[1].Text, st.Words[2].Text)
		return nil, false
	}
	return &st.Words[1], true
}

func text(name, what, doc string, field func(a *core.FCGIApp) *string) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "10.1.1", Usage: "<" + what + ">", Doc: doc, OK: []string{name + " /var/www"}, Bad: []string{name, name + " a b"}},
		In:      registry.FCGIApp, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if w, ok := one(c, st, what); ok {
				*field(c.FCGI) = w.Text
			}
		},
	}
}

// off makes an option of which only the negation is there.
func off(word2, doc string) *registry.Directive {
	name := "option " + word2
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "10.1.1", Doc: doc, OK: []string{"no " + name}, Bad: []string{name, name + " x"}},
		In:      registry.FCGIApp, No: true, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if c.MaxArgs(st, 2, 0) && !c.Negated {
				c.Alert(&st.Words[1], "'%s' is a HAProxy keyword that gohap does not support yet.", name)
			}
		},
	}
}

func compileMaxReqs(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 3 {
		c.AlertTight(&st.Words[1], "option 'max-reqs' expects an integer argument.")
		return
	}
	switch n := value.Atol(st.Words[2].Text); {
	case n <= 0:
		c.AlertTight(&st.Words[2], "option 'max-reqs' expects a strictly positive integer argument.")
	case n > 1:
		c.Diags.Config(diag.Warning, "fcgi-app '%s': multiplexing not supported, ignore the option 'max-reqs'.", c.FCGI.Name).Pos = st.Pos()
	}
}

func compileLog(c *registry.Compiler, st *ast.Statement) {
	switch {
	case len(st.Words) == 2 && st.Words[1].Text == "global":
		c.FCGI.Logs = append(c.FCGI.Logs, core.LogTarget{Global: true, Pos: st.Pos()})
	case len(st.Words) < 3:
		c.Alert(&st.Words[0], "log-stderr : expects <address> and <facility> or global as arguments")
	default:
		if t, ok := logline.Compile(c, st); ok {
			c.FCGI.Logs = append(c.FCGI.Logs, t)
		}
	}
}

// condition compiles what follows the first n words of a line.
func condition(c *registry.Compiler, st *ast.Statement, n int) (core.Condition, bool) {
	if len(st.Words) <= n {
		return nil, true
	}
	if !expr.IsCondition(st.Words[n].Text) {
		c.Alert(&st.Words[n], "'%s' : expects either 'if' or 'unless' followed by a condition but found '%s'.", st.Words[1].Text, st.Words[n].Text)
		return nil, false
	}
	return sample.Condition(c, st.Words[n:], sample.Place{Error: "'" + st.Words[1].Text + "'", Where: registry.BeRequestHeader})
}

func compileSetParam(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 3 || st.Words[1].Text == "" || st.Words[2].Text == "" {
		c.Alert(&st.Words[len(st.Words)-1], "'set-param' expects <name> and <value> as arguments.")
		return
	}
	f, ok := sample.Format(c, &st.Words[2], sample.Place{What: "http-request", Where: registry.BeRequestHeader})
	if !ok {
		return
	}
	if cond, ok := condition(c, st, 3); ok {
		name := strings.ToUpper(strings.ReplaceAll(st.Words[1].Text, "-", "_"))
		c.FCGI.Params = append(c.FCGI.Params, core.FCGIParam{Name: name, Value: f, Cond: cond})
	}
}

func compilePassHeader(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.Alert(&st.Words[0], "'pass-header' expects <name> as arguments.")
		return
	}
	if cond, ok := condition(c, st, 2); ok {
		c.FCGI.Pass = append(c.FCGI.Pass, core.FCGIPass{Name: strings.ToLower(st.Words[1].Text), Cond: cond})
	}
}
