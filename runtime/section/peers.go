package section

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/section/peers"
)

func beginPeers(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	switch {
	case len(args) > 1:
		c.Alert(&args[1], "'peers' cannot handle unexpected argument '%s'.", args[1].Text)
		return ignore
	case len(args) == 0 || args[0].Text == "":
		c.Alert(&s.Header.Words[0], "missing name for peers section.")
		return ignore
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.AlertAt(args[0].At(at, 1), "character '%c' is not permitted in 'peers' name '%s'.", b, args[0].Text)
		return ignore
	}
	peers.Begin(c, &args[0])
	return Line
}

func endPeers(c *registry.Compiler, _ *ast.Section) { peers.End(c) }
