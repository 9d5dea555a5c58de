package spoe

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/registry"
	engine "gohap/runtime/spoe"
)

func init() {
	registry.Directives.Add(
		option("async", true, "Lets the agent answer over any of its connections.", func(a *engine.Agent) *bool { return &a.Async }),
		option("pipelining", true, "Sends frames over a connection before those sent earlier are answered.", func(a *engine.Agent) *bool { return &a.Pipelining }),
		option("send-frag-payload", true, "Cuts what is larger than a frame.", func(a *engine.Agent) *bool { return &a.Fragment }),
		option("dontlog-normal", true, "Logs errors only.", func(a *engine.Agent) *bool { return &a.DontLogNormal }),
		option("continue-on-error", false, "Asks about a stream again after an error.", func(a *engine.Agent) *bool { return &a.ContinueOnError }),
		option("force-set-var", false, "Lets the agent make variables of the process.", func(a *engine.Agent) *bool { return &a.ForceSetVar }),
		named("var-prefix", "What stands before the names of the agent's variables.", func(f *source) *string { return &f.agent.Prefix }),
		named("set-on-error", "The variable that tells of an error.", func(f *source) *string { return &f.errorVar }),
		named("set-process-time", "The variable that tells how long the last answer took.", func(f *source) *string { return &f.processVar }),
		named("set-total-time", "The variable that tells how long all answers took.", func(f *source) *string { return &f.totalVar }),
	)
}

// option makes an option that is on or off; no says that "no" may stand before it.
func option(word2 string, no bool, doc string, field func(a *engine.Agent) *bool) *registry.Directive {
	name := "option " + word2
	ok, bad := []string{name}, []string{name + " x"}
	if no {
		ok = append(ok, "no "+name)
	} else {
		bad = append(bad, "no "+name)
	}
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "9.3", Doc: doc, OK: ok, Bad: bad},
		In:      registry.SPOEAgent, No: no, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if most(c, st, 2) {
				*field(of(c).agent) = !c.Negated
			}
		},
	}
}

// named makes an option that names a variable, or the first part of names.
func named(word2, doc string, field func(f *source) *string) *registry.Directive {
	name := "option " + word2
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "9.3", Usage: "<name>", Doc: doc, OK: []string{name + " a.b"},
			Bad: []string{name, name + " a-b", name + " a b", "no " + name + " a"}},
		In: registry.SPOEAgent, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			w := word(st, 2)
			if w.Text == "" {
				c.AlertTight(w, "'%s' expects a value.", name)
				return
			}
			if !most(c, st, 3) {
				return
			}
			for i := range len(w.Text) {
				if b := w.Text[i]; !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '.') {
					c.Diags.Line(diag.Alert, w.At(i, 1), st.Source, "'%s' only supports [a-zA-Z0-9_.] chars.", name)
					return
				}
			}
			*field(of(c)) = w.Text
		},
	}
}
