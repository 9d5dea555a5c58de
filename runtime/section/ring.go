package section

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/section/ring"
)

func beginRing(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	if len(args) == 0 || args[0].Text == "" {
		c.Alert(&s.Header.Words[0], "missing ring name.")
		return ignore
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.AlertAt(args[0].At(at, 1), "invalid ring name '%s' (character '%c' is not permitted).", args[0].Text, b)
		return ignore
	}
	if !ring.Begin(c, &args[0]) {
		return ignore
	}
	return Line
}

func endRing(c *registry.Compiler, _ *ast.Section) {
	ring.End(c)
	c.Ring = nil
}
