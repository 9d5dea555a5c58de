package api

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "get var", Usage: "<name>", Manual: "9.3",
				Doc: "show a variable of the process"},
			Level: core.Operator, Run: (*Call).getVar,
		},
		&Command{
			Keyword: registry.Keyword{Name: "set var", Usage: "<name> [fmt|expr] {<fmt>|<expr>}", Manual: "9.3",
				Doc: "set a variable of the process to the value of an expression or of a format"},
			Experimental: true, Run: (*Call).setVar,
		},
	)
}

func (c *Call) getVar() {
	name := c.Arg(0)
	if name == "" {
		c.Fail("Missing process-wide variable identifier.\n")
		return
	}
	s := core.Stream{Exchange: new(core.Exchange)}
	var p core.Sample
	v := c.process.Graph().Vars.Known(name)
	if v == nil || !v.OfProcess() || !v.Get(&s, &p) {
		c.Fail("Variable not found.\n")
		return
	}
	kind := p.Type
	if !sample.Cast(&s, &p, core.Str) {
		c.Printf("%s: type=%s value=undisplayable", name, kind)
		return
	}
	c.Printf("%s: type=%s value=<%s>", name, kind, p.Bytes)
}

// setVar evaluates the value at once; it may be of nothing but the process.
func (c *Call) setVar() {
	name, kind, text := c.Arg(0), "expr", c.Arg(1)
	if len(c.Args) > 2 {
		kind, text = c.Arg(1), c.Arg(2)
	}
	if name == "" || text == "" {
		c.Fail("'set var' requires a process-wide variable name ('proc.<name>') and a sample expression.\n")
		return
	}
	g := c.process.Graph()
	v, err := g.Vars.Find(name)
	switch {
	case err != nil:
		c.Fail(err.Error())
		return
	case !v.OfProcess():
		c.Fail("'set var': cannot set variable '" + name + "', only scope 'proc' is permitted here.")
		return
	}
	var found diag.List
	cc := &registry.Compiler{Diags: &found, Graph: g}
	s := core.Stream{Exchange: new(core.Exchange), Session: &core.Session{Listener: new(core.Listener)}, Frontend: new(core.Proxy), Backend: new(core.Proxy)}
	var p core.Sample
	at := sample.Place{Where: registry.CLIPlace, Bare: true}
	w := &ast.Word{Text: text}
	ok := false
	switch kind {
	case "expr":
		var e core.Expr
		if e, ok = sample.Expr(cc, w, at); ok {
			ok = e.Eval(&s, core.Any, &p)
		}
	case "fmt":
		var f core.Format
		if f, ok = sample.Format(cc, w, at); ok {
			p.SetStr(s.Text(f))
		}
	default:
		c.Fail("'set var': arg type must be either 'expr' or 'fmt' but got '" + kind + "'.")
		return
	}
	if len(found.All) > 0 {
		_, text, _ := strings.Cut(found.All[0].Message, "] : ") // no file has it
		c.Fail(text)
	} else if ok {
		v.Set(&s, &p)
	}
}
