package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		external("command", "<command>", "The program that checks servers; it passes them by exiting with 0.", "/bin/true",
			func(s *core.CheckSettings) *string { return &s.Command }),
		external("path", "<path>", "The PATH that the program of checks finds in its environment.", "/usr/bin:/bin",
			func(s *core.CheckSettings) *string { return &s.Path }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "external-check", Manual: "4.2", Usage: "{ command <command> | path <path> }",
				Doc: "Settings of checks that a program does.", Bad: []string{"external-check", "external-check nonsense"},
			},
			In: registry.Proxies,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "missing argument after 'external-check'.\n")
				} else {
					c.Alert(w, "'external-check' only supports 'command' and 'path'. but got '%s'.", w.Text)
				}
			},
		},
	)
}

func external(name, usage, doc, sample string, field func(*core.CheckSettings) *string) *registry.Directive {
	full := "external-check " + name
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: full, Manual: "4.2", Usage: usage, Doc: doc, OK: []string{full + " " + sample}, Bad: []string{full, full + " a b"},
		},
		In: registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			w := word(st, 2)
			switch {
			case w.Text == "":
				c.Alert(w, "missing argument after '%s'.", name)
			case len(st.Words) > 3:
				c.Alert(&st.Words[3], "'external-check' cannot handle unexpected argument '%s'.", st.Words[3].Text)
			default:
				*field(&c.Proxy.Check) = w.Text
			}
		},
	}
}

// CheckExternal looks at the checks that a program does once all sections have
// been read.
func CheckExternal(c *registry.Compiler, p *core.Proxy) {
	k := &p.Check
	if k.Kind != "external-check" {
		for _, s := range []struct{ name, value string }{{"command", k.Command}, {"path", k.Path}} {
			if s.value != "" && p.Has(core.Backend) {
				c.Diags.Config(diag.Warning, "'external-check %s' will be ignored for %s '%s' (requires 'option external-check').",
					s.name, p, p.Name).Pos = p.Pos
			}
		}
		return
	}
	missing := ""
	if !c.Global().ExternalCheck {
		missing = "global.external-check"
	} else if k.Command == "" {
		missing = "external-check command"
	}
	if missing != "" {
		c.Diags.Config(diag.Alert, "Proxy '%s' : 'option external-check' unable to find required '%s'.", p.Name, missing).Pos = p.Pos
	}
	if !c.Global().InsecureFork {
		c.Diags.Config(diag.Warning, "Proxy '%s' : 'insecure-fork-wanted' not enabled in the global section, 'option external-check' will likely fail.",
			p.Name).Pos = p.Pos
	}
}
