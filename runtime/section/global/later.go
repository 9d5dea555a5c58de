package global

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// Limits of parts of HAProxy that gohap does not have yet. A limit on what
// nobody can use is met as it stands, so the lines are checked and noted under
// -dD; the part itself, where a configuration asks for it, is an error.
func init() {
	for _, w := range []struct{ name, doc string }{
		{"tune.lua.forced-yield", "How often Lua scripts give way."},
		{"tune.lua.maxmem", "How much memory Lua scripts get."},
		{"tune.lua.service-timeout", "How long Lua services may run."},
		{"tune.lua.session-timeout", "How long Lua actions may run."},
		{"tune.lua.task-timeout", "How long Lua tasks may run."},
		{"tune.quic.frontend.conn-tx-buffers.limit", "How many buffers a QUIC connection gets."},
		{"tune.quic.frontend.max-idle-timeout", "How long a QUIC connection may be silent."},
		{"tune.quic.frontend.max-streams-bidi", "How many streams a QUIC connection carries."},
		{"tune.quic.retry-threshold", "When QUIC clients have to prove their address."},
	} {
		registry.Directives.Add(directive(w.name, "3.2", w.doc, []string{w.name + " 100"}, []string{w.name},
			func(c *registry.Compiler, st *ast.Statement) {
				a, ok := c.Word(st, 1, 0, "a numeric value")
				if !ok || !c.MaxArgs(st, 1, 1) {
					return
				}
				if value.Atol(a.Text) < 0 {
					c.Alert(a, "'%s' expects a positive numeric value.", w.name)
					return
				}
				c.Note(&st.Words[0], "'%s' has no effect: gohap does not have what it limits yet.", w.name)
			}))
	}
}
