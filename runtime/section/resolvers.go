package section

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/section/resolvers"
)

func beginResolvers(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	if len(args) == 0 || args[0].Text == "" {
		c.Alert(&s.Header.Words[0], "missing name for resolvers section.")
		return ignore
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.AlertAt(args[0].At(at, 1), "character '%c' is not permitted in 'resolvers' name '%s'.", b, args[0].Text)
		return ignore
	}
	resolvers.Begin(c, &args[0])
	return Line
}

func endResolvers(c *registry.Compiler, _ *ast.Section) {
	resolvers.End(c)
	c.Resolvers = nil
}
