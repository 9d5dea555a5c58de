// Package proxy holds the keywords of defaults, frontend, backend and listen
// sections (configuration.txt 4), a file for each family. Importing it
// registers them.
package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// warnSide warns when the current section lacks the capability that a setting
// is about. The line is read all the same, so that its errors show; nobody
// looks at what it sets.
func warnSide(c *registry.Compiler, st *ast.Statement, side core.Capability, name string) {
	if c.Proxy.Caps&side != 0 {
		return
	}
	c.Warn(&st.Words[0], "'%s' ignored because %s '%s' has no %s capability.%s", name, c.Proxy, c.Proxy.Name, sideName(side), hints[name])
}

// warnUnused is warnSide for the directives that word it otherwise.
func warnUnused(c *registry.Compiler, w *ast.Word, side core.Capability, name string) {
	if c.Proxy.Caps&side == 0 {
		c.Warn(w, "%s will be ignored because %s '%s' has no %s capability", name, c.Proxy, c.Proxy.Name, sideName(side))
	}
}

func sideName(side core.Capability) string {
	if side == core.Backend {
		return "backend"
	}
	return "frontend"
}

// hints are what a warning about the wrong side adds.
var hints = map[string]string{
	"maxconn":  " Maybe you want 'fullconn' instead ?",
	"fullconn": " Maybe you want 'maxconn' instead ?",
}

// warnLine is [registry.Compiler.Warn] for the directives whose messages have no
// blank in front of the colon.
func warnLine(c *registry.Compiler, w *ast.Word, format string, args ...any) {
	c.Diags.Line(diag.Warning, w.Pos, c.Statement.Source, format, args...)
}

// word returns argument i of a statement, or an empty word at its end.
func word(st *ast.Statement, i int) *ast.Word {
	if i < len(st.Words) {
		return &st.Words[i]
	}
	w := st.Words[len(st.Words)-1]
	w.Text = ""
	return &w
}

// unsupported reports a part of the language that gohap does not have yet.
func unsupported(c *registry.Compiler, w *ast.Word, what string) {
	c.Alert(w, "'%s' is a HAProxy keyword that gohap does not support yet.", what)
}
