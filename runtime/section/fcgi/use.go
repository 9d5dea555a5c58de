package fcgi

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "use-fcgi-app", Manual: "4.2", Usage: "<name>", Doc: "The application that servers with \"proto fcgi\" run.",
			Bad: []string{"use-fcgi-app", "use-fcgi-app nonsense"},
		},
		In: registry.Backend | registry.Listen, Mode: registry.HTTPMode,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if len(st.Words) < 2 || st.Words[1].Text == "" {
				c.Alert(&st.Words[0], "'use-fcgi-app' expects <name> as argument")
				return
			}
			if c.Proxy.FCGI != nil {
				c.Alert(&st.Words[1], "'use-fcgi-app' : only one fcgi-app supported per backend")
				return
			}
			use(c, &st.Words[1])
		},
	})
}

// use has the proxy use an application, which is looked up once all sections are read.
func use(c *registry.Compiler, w *ast.Word) {
	p := c.Proxy
	p.FCGI = &core.FCGIApp{Name: w.Text, Pos: w.Pos}
	c.Later(registry.Check, func() {
		app := c.Graph.FCGIApp(w.Text)
		if app == nil {
			c.Diags.Config(diag.Alert, "proxy '%s' : fcgi-app '%s' not found.", p.Name, w.Text).Pos = w.Pos
			return
		}
		p.FCGI = app
	})
}

// Filter compiles a line "filter fcgi-app <name>". Nothing depends on where it stands.
func Filter(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 3 || st.Words[2].Text == "" {
		c.Alert(&st.Words[1], "'filter' : 'fcgi-app : expects a <name> argument'")
		return
	}
	w := &st.Words[2]
	switch {
	case c.Proxy.FCGI == nil:
		use(c, w)
	case c.Proxy.FCGI.Name != w.Text:
		c.Diags.Config(diag.Alert, "proxy '%s' : only one fcgi-app supported per backend.", c.Proxy.Name).Pos = w.Pos
	}
}

// Check looks whether the proxy's servers and its application go together.
func Check(c *registry.Compiler, p *core.Proxy) {
	any := false
	for _, s := range p.Servers {
		if s.Proto != "fcgi" {
			continue
		}
		any = true
		switch {
		case p.Mode != core.HTTP:
			c.Diags.Config(diag.Alert, "backend '%s' : MUX protocol 'fcgi' is not usable for server '%s' at [%s:%d].", p.Name, s.Name, s.Pos.File, s.Pos.Line).Pos = s.Pos
		case s.Check && p.Check.Kind == "httpchk" && s.CheckProto == "":
			c.Diags.Config(diag.Alert, "proxy '%s': HTTP health checks of FCGI server '%s' are a HAProxy feature that gohap does not support yet.", p.Name, s.Name).Pos = s.Pos
		case p.FCGI == nil:
			c.Diags.Config(diag.Alert, "proxy '%s': FCGI server '%s' has no FCGI app configured.", p.Name, s.Name).Pos = s.Pos
		}
	}
	switch {
	case p.FCGI == nil:
	case p.Mode != core.HTTP:
		c.Diags.Config(diag.Alert, "proxy '%s': FCGI application cannot be used in non-HTTP mode.", p.Name).Pos = p.Pos
	case !any:
		c.Diags.Config(diag.Alert, "proxy '%s': FCGI app configured but no FCGI server found.", p.Name).Pos = p.Pos
	}
}
