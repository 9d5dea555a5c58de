package section

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// beginUnsupported starts a section that HAProxy has and gohap does not yet:
// every line of it is an error that says so.
func beginUnsupported(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	kind := s.Keyword()
	if len(s.Body) == 0 {
		c.Alert(&s.Header.Words[0], "section '%s' is a HAProxy section that gohap does not support yet.", kind)
	}
	return func(c *registry.Compiler, st *ast.Statement) {
		c.Alert(&st.Words[0], "'%s' in section '%s' is a HAProxy keyword that gohap does not support yet.", st.Keyword(), kind)
	}
}
