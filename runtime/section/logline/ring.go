package logline

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// inRing finds the ring of a log line, whose section may come later.
func inRing(c *registry.Compiler, w *ast.Word, name string) *core.Ring {
	r := c.Graph.Rings.Named(name)
	at := c.Statement.Pos()
	c.Later(registry.Check, func() {
		if r.Defined {
			return
		}
		fault := "unknown"
		if name == "stdout" || name == "stderr" {
			fault = "incomatible" // sic: HAProxy's word
		}
		where := "global log server declared"
		if p := c.Proxy; p != nil {
			where = "log server declared in proxy section '" + p.Name + "'"
		}
		c.Diags.Config(diag.Alert, "%s in file '%s' at line %d uses %s ring named '%s'.", where, at.File, at.Line, fault, name).Pos = w.Pos
	})
	return r
}
