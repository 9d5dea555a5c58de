package action

import (
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-var", Manual: "4.2", Usage: "(<var-name>[,<cond>...]) <expr>",
				Doc: "Sets a variable to the value of an expression; without a value it is left alone.",
				OK:  []string{"http-request set-var(txn.host) hdr(host)", "tcp-request connection set-var(sess.src) src", "http-request set-var(txn.n,ifnotexists) int(1)"},
				Bad: []string{"http-request set-var", "http-request set-var()", "http-request set-var(a) src", "http-request set-var(txn.a)", "http-request set-var(txn.a,foo) src"},
			},
			In: allRules, Prefix: true, Registered: true, Least: 1, Compile: compileSetVar,
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-var-fmt", Manual: "4.2", Usage: "(<var-name>[,<cond>...]) <fmt>",
				Doc: "Sets a variable to the text of a log format.",
				OK:  []string{`http-request set-var-fmt(txn.from) "%[src]:%[src_port]"`},
				Bad: []string{"http-request set-var-fmt(a) x", "http-request set-var-fmt(txn.a) a b"},
			},
			In: allRules, Prefix: true, Registered: true, Least: 1, Compile: compileSetVarFormat,
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "unset-var", Manual: "4.2", Usage: "(<var-name>)", Doc: "Takes a variable's value away.",
				OK:  []string{"http-request unset-var(txn.host)"},
				Bad: []string{"http-request unset-var", "http-request unset-var(txn.a) x"},
			},
			In: allRules, Prefix: true, Registered: true, Compile: compileUnsetVar,
		},
	)
}

const incomplete = "invalid or incomplete action '%s'. Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'."

// variable reads the part between parentheses of the action's word.
func variable(c *registry.Compiler, a *registry.ActionArgs) (*core.Var, sample.VarConditions, bool) {
	_, in, ok := strings.Cut(a.Words[0].Text, "(")
	if !ok {
		a.Fail(c, 0, incomplete, a.Words[0].Text)
		return nil, 0, false
	}
	in, closed := strings.CutSuffix(in, ")")
	words := strings.Split(in, ",")
	conds, err := sample.ParseVarConditions(words[1:])
	if err != nil {
		a.Fail(c, 0, "%s.", err)
		return nil, 0, false
	}
	v, err := c.Graph.Vars.Find(words[0])
	if err != nil {
		msg := err.Error()
		if rest, ok := strings.CutPrefix(msg, "invalid syntax at char '"); ok && closed {
			msg = "invalid syntax at char '" + strings.TrimSuffix(rest, "'") + ")'"
		}
		a.Fail(c, 0, "%s.", msg)
		return nil, 0, false
	}
	if !closed {
		a.Fail(c, 0, incomplete, a.Words[0].Text)
		return nil, 0, false
	}
	return v, conds, true
}

func compileSetVar(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	v, conds, ok := variable(c, a)
	if !ok {
		return nil
	}
	if !has(a, 1) {
		return a.Fail(c, 1, "missing fetch method.")
	}
	p := place(a)
	p.Keyword = a.Words[0].Text
	e, ok := sample.Expr(c, &a.Words[1], p)
	if !ok || !a.End(c, 2) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		p := s.Borrow()
		if e.Eval(s, core.Any, p) && conds.Hold(s, v, p) {
			v.Set(s, p)
		}
		s.Return()
		return core.Continue
	}
}

func compileSetVarFormat(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	v, conds, ok := variable(c, a)
	if !ok {
		return nil
	}
	var f text
	if len(a.Words) > 1 {
		if f, ok = compileText(c, a, 1); !ok || !a.End(c, 2) {
			return nil
		}
	} else {
		f.ok = true
	}
	return func(s *core.Stream) core.Verdict {
		p := s.Borrow()
		p.SetStr(f.of(s))
		if conds.Hold(s, v, p) {
			v.Set(s, p)
		}
		s.Return()
		return core.Continue
	}
}

func compileUnsetVar(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	v, _, ok := variable(c, a)
	if !ok || !a.End(c, 1) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		v.Unset(s)
		return core.Continue
	}
}
