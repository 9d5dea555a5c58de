package sample

import (
	"slices"

	"gohap/parser/ast"
	"gohap/runtime/core"
)

// UnusedACLs returns the names of p's ACLs that no condition refers to, where
// they are declared, in the order of lines.
func UnusedACLs(p *core.Proxy) []ast.Word {
	var names []ast.Word
	for _, v := range p.ACLs {
		if a, ok := v.(*acl); ok && !a.used {
			names = append(names, a.pos)
		}
	}
	slices.SortFunc(names, func(a, b ast.Word) int {
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Col - b.Pos.Col
	})
	return names
}
