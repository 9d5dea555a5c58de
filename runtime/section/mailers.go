package section

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/section/mailers"
)

func beginMailers(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	if len(args) == 0 || args[0].Text == "" {
		c.Alert(&s.Header.Words[0], "missing name for mailers section.")
		return ignore
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.AlertAt(args[0].At(at, 1), "character '%c' is not permitted in 'mailers' name '%s'.", b, args[0].Text)
		return ignore
	}
	mailers.Begin(c, &args[0])
	return Line
}
