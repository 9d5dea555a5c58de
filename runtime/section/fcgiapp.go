package section

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/registry"
	"gohap/runtime/section/fcgi"
)

// beginFCGI starts a section that describes a FastCGI application.
func beginFCGI(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	if len(args) == 0 || args[0].Text == "" {
		c.AlertTight(&s.Header.Words[0], "'fcgi-app' expects <name> as argument.")
		return ignore
	}
	if b, at := registry.OddByte(args[0].Text); at >= 0 {
		c.Diags.Line(diag.Alert, args[0].At(at, 1), s.Header.Source, "character '%c' is not permitted in 'fcgi-app' name '%s'.", b, args[0].Text)
		return ignore
	}
	fcgi.Begin(c, &args[0])
	return Line
}

// endFCGI leaves the section. Without a document root there are no scripts.
func endFCGI(c *registry.Compiler, s *ast.Section) {
	if c.FCGI != nil && c.FCGI.Docroot == "" {
		c.Diags.Config(diag.Alert, "fcgi-app '%s': no docroot configured.", c.FCGI.Name).Pos = s.Header.Pos()
	}
	c.FCGI, c.Proxy = nil, nil
}
