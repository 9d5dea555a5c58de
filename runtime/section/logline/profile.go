package logline

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Profile finds a log profile, whose section may come later.
func Profile(c *registry.Compiler, name string) *core.LogProfile {
	p := c.Graph.LogProfiles[name]
	if p == nil {
		p = &core.LogProfile{Name: name}
		c.Graph.LogProfiles[name] = p
	}
	return p
}

// profile finds that of a log line.
func profile(c *registry.Compiler, st *ast.Statement, name string) *core.LogProfile {
	p := Profile(c, name)
	c.Later(registry.Check, func() {
		if p.Defined {
			return
		}
		at := &st.Words[0]
		for i := range st.Words[:len(st.Words)-1] {
			if st.Words[i].Text == "profile" && st.Words[i+1].Text == name {
				at = &st.Words[i+1]
			}
		}
		c.Alert(at, "log : there is no log-profile section '%s'", name)
	})
	return p
}
