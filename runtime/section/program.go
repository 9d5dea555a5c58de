package section

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/section/program"
)

func beginProgram(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	switch {
	case len(args) == 0 || args[0].Text == "":
		c.Alert(&s.Header.Words[0], "'program' expects an <id> argument")
		return ignore
	case len(args) > 1:
		c.Alert(&args[1], "'program' cannot handle unexpected argument '%s'.", args[1].Text)
		return ignore
	}
	if !program.Begin(c, &args[0]) {
		return ignore
	}
	return Line
}

func endProgram(c *registry.Compiler, _ *ast.Section) { c.Program = nil }
