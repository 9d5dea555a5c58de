package global

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
)

func init() {
	const name = "expose-experimental-directives"
	d := directive(name, "3.1", "Allows directives that may change or go, such as normalize-uri.", []string{name}, nil,
		func(c *registry.Compiler, _ *ast.Statement) { c.Global().Experimental = true })
	d.Dump = "-"
	registry.Directives.Add(d)
}
