package section

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/registry"
	"gohap/runtime/section/userlist"
)

// sectionName returns the one argument of a section's header, which may consist
// of the bytes of names only; tight is HAProxy's wording for some sections.
func sectionName(c *registry.Compiler, s *ast.Section) (*ast.Word, bool) {
	kind, args := s.Keyword(), s.Args()
	switch {
	case len(args) > 1:
		c.Alert(&args[1], "'%s' cannot handle unexpected argument '%s'.", kind, args[1].Text)
		return nil, false
	case len(args) == 0 || args[0].Text == "":
		c.AlertTight(&s.Header.Words[0], "'%s' expects <name> as arguments.", kind)
		return nil, false
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.Diags.Line(diag.Alert, args[0].At(at, 1), s.Header.Source, "character '%c' is not permitted in '%s' name '%s'.", b, kind, args[0].Text)
		return nil, false
	}
	return &args[0], true
}

// ignore reads lines that belong to nothing, because the section's header was
// wrong.
func ignore(*registry.Compiler, *ast.Statement) {}

func beginHTTPErrors(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	e := &core.HTTPErrors{Pos: s.Header.Pos(), Pages: map[int]*errorpage.Page{}}
	c.HTTPErrors = e
	if len(args) == 0 || args[0].Text == "" {
		c.Alert(&s.Header.Words[0], "missing name for http-errors section.")
		return Line
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.AlertAt(args[0].At(at, 1), "character '%c' is not permitted in 'http-errors' name '%s'.", b, args[0].Text)
		return Line
	}
	e.Name = args[0].Text
	if old := c.Graph.HTTPErrors[e.Name]; old != nil {
		c.AlertTight(&args[0], "http-errors section '%s' already exists (declared at %s:%d).", e.Name, old.Pos.File, old.Pos.Line)
		return Line
	}
	c.Graph.HTTPErrors[e.Name] = e
	return Line
}

func beginUserlist(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	name, ok := sectionName(c, s)
	if !ok {
		return ignore
	}
	userlist.Begin(c, name)
	return Line
}
