package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		email("mailers", "<section>", "Which mailers get alerts about the proxy's servers.", "mymailers", nil, func(e *core.EmailAlert) *string { return &e.Mailers }),
		email("from", "<address>", "Whom alerts come from.", "a@example.com", nil, func(e *core.EmailAlert) *string { return &e.From }),
		email("to", "<address>", "Whom alerts go to.", "b@example.com", nil, func(e *core.EmailAlert) *string { return &e.To }),
		email("myhostname", "<name>", "What the process calls itself before mailers.", "lb1", nil, func(e *core.EmailAlert) *string { return &e.Host }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "email-alert level", Manual: "4.2", Usage: "<level>", Doc: "How important an alert must be to be sent.",
				OK: []string{"email-alert level info"}, Bad: []string{"email-alert level", "email-alert level foo"},
			},
			In: registry.Proxies, Dump: "-", Compile: compileEmailLevel,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "email-alert", Manual: "4.2", Usage: "{ mailers | from | to | level | myhostname } <value>", Doc: "Alerts by mail about the proxy's servers.",
				Bad: []string{"email-alert", "email-alert foo"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "missing argument after '%s'.", st.Keyword())
				} else {
					c.Alert(w, "email-alert: unknown argument '%s'.", w.Text)
				}
			},
		},
	)
}

// email makes the record of a line with a word. HAProxy takes none for one.
func email(name, usage, doc, ok string, bad []string, field func(*core.EmailAlert) *string) *registry.Directive {
	name = "email-alert " + name
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "4.2", Usage: usage, Doc: doc, OK: []string{name + " " + ok}, Bad: bad},
		In:      registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			*field(emailAlert(c)) = word(st, 2).Text
		},
	}
}

// emailAlert is what the proxy's lines say, of which this is one.
func emailAlert(c *registry.Compiler) *core.EmailAlert {
	e := &c.Proxy.Email
	if !e.Set {
		e.Set, e.Level = true, logs.Alert
	}
	return e
}

func compileEmailLevel(c *registry.Compiler, st *ast.Statement) {
	w := word(st, 2)
	level, ok := logs.ParseLevel(w.Text)
	if !ok {
		c.Alert(w, "unknown log level 'level' after '%s'", w.Text)
		return
	}
	emailAlert(c).Level = level
}

// CheckEmail looks at a proxy's "email-alert" lines once all sections have been
// read, and finds the mailers.
func CheckEmail(c *registry.Compiler, p *core.Proxy) {
	e := &p.Email
	switch {
	case !e.Set:
		return
	case e.Mailers == "" || e.From == "" || e.To == "":
		c.Diags.Config(diag.Warning, "'email-alert' will be ignored for %s '%s' (the presence any of 'email-alert from', "+
			"'email-alert level' 'email-alert mailers', 'email-alert myhostname', or 'email-alert to' "+
			"requires each of 'email-alert from', 'email-alert mailers' and 'email-alert to' to be present).", p, p.Name).Pos = p.Pos
		return
	}
	m := c.Graph.FindMailers(e.Mailers)
	if m == nil {
		c.Diags.Config(diag.Alert, "Proxy '%s': unable to find mailers '%s'.", p.Name, e.Mailers).Pos = p.Pos
		return
	}
	m.Used, e.Section = true, m.Section
}
