package action

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/registry"
)

// readErrorFiles takes the page for the status from an http-errors section.
func (p *replyParser) readErrorFiles(w *ast.Word) bool {
	name, ok := p.argument("name")
	if !ok || !p.from(w) {
		return false
	}
	r, c := p.r, p.c
	r.kind, r.page = sectionFile, new(errorpage.Page)
	c.Later(registry.Resolve, func() {
		e := c.Graph.HTTPErrors[name.Text]
		if e == nil {
			p.unknownSection(name)
			return
		}
		page := e.Pages[r.status]
		if page == nil {
			c.Later(registry.Check, func() { p.undeclared(name) })
			page = errorpage.Builtin(r.status)
		}
		if page != nil {
			*r.page = *page
		}
	})
	return true
}

func (p *replyParser) unknownSection(name *ast.Word) {
	c := p.c
	if p.line {
		c.Diags.Config(diag.Alert, "proxy '%s': unknown http-errors section '%s' (at %s:%d).",
			c.Proxy.Name, name.Text, name.Pos.File, name.Pos.Line).Pos = name.Pos
		return
	}
	c.Diags.Config(diag.Alert, "Proxy '%s': unknown http-errors section '%s' referenced by an http reply .", c.Proxy.Name, name.Text).Pos = name.Pos
}

// undeclared warns that an http-errors section lacks a page.
func (p *replyParser) undeclared(name *ast.Word) {
	c := p.c
	if p.line {
		c.Diags.Config(diag.Warning, "config: proxy '%s' : status '%d' not declared in http-errors section '%s' (at %s:%d).",
			c.Proxy.Name, p.r.status, name.Text, name.Pos.File, name.Pos.Line).Pos = name.Pos
		return
	}
	c.Diags.Config(diag.Warning, "Proxy '%s': status '%d' referenced by an http reply not declared in http-errors section '%s'.",
		c.Proxy.Name, p.r.status, name.Text).Pos = name.Pos
}
