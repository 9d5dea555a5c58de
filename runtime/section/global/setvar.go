package global

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Directives.Add(
		setVar("set-var", "<var-name> <expr>", "Sets a variable of the process to the value of an expression, once, when the file is read.",
			"a sample expression", []string{"set-var proc.limit int(10)"}, []string{"set-var proc.x no_such_fetch", "set-var proc.x src"},
			func(c *registry.Compiler, w *ast.Word, s *core.Stream, p *core.Sample) bool {
				e, ok := sample.Expr(c, w, atStart)
				return ok && e.Eval(s, core.Any, p)
			}),
		setVar("set-var-fmt", "<var-name> <fmt>", "Sets a variable of the process to the text of a log format, once, when the file is read.",
			"a format string", []string{`set-var-fmt proc.name "on %[hostname]"`}, []string{"set-var-fmt proc.x %[no_such_fetch]"},
			func(c *registry.Compiler, w *ast.Word, s *core.Stream, p *core.Sample) bool {
				f, ok := sample.Format(c, w, atStart)
				if ok {
					p.SetStr(s.Text(f))
				}
				return ok
			}),
	)
}

// atStart is where the expressions of the global section are evaluated.
var atStart = sample.Place{Where: registry.ParserPlace, Bare: true}

// setVar makes a directive that sets a variable; value evaluates the word that
// comes behind the name.
func setVar(name, usage, doc, what string, ok, bad []string,
	value func(*registry.Compiler, *ast.Word, *core.Stream, *core.Sample) bool) *registry.Directive {
	bad = append(bad, name, name+" proc.x", name+" txn.x a", name+" x a")
	d := directive(name, "3.1", doc, ok, bad, func(c *registry.Compiler, st *ast.Statement) {
		if len(st.Words) < 3 || st.Words[1].Text == "" || st.Words[2].Text == "" {
			c.Alert(&st.Words[len(st.Words)-1], "'%s' requires a process-wide variable name ('proc.<name>') and %s.", name, what)
			return
		}
		w := &st.Words[1]
		v, err := c.Graph.Vars.Find(w.Text)
		switch {
		case err != nil:
			c.Alert(w, "%s", err)
			return
		case !v.OfProcess():
			c.Alert(w, "'%s': cannot set variable '%s', only scope 'proc' is permitted in the global section.", name, w.Text)
			return
		}
		s := core.Stream{Exchange: new(core.Exchange), Session: &core.Session{Listener: new(core.Listener)}, Frontend: new(core.Proxy), Backend: new(core.Proxy)}
		var p core.Sample
		if value(c, &st.Words[2], &s, &p) {
			v.Set(&s, &p)
		}
	})
	d.Usage = usage
	return d
}
