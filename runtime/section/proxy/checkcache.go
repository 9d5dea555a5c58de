package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// HAProxy 2.6 takes "option checkcache" and lets every response pass: of 102
// kinds of responses with and without cookies and cache directives, none was
// blocked, whatever the manual says. Whoever switches must not lose responses
// that came through before, so the option does nothing here either, and -dD
// says so.
func init() {
	d := option("checkcache", "Meant to block responses that caches could keep together with a cookie; without effect, as in HAProxy 2.6.", be,
		func(c *registry.Compiler, st *ast.Statement) {
			set(c, core.OptCheckCache)
			c.Note(&st.Words[1], "'option checkcache' has no effect, as in HAProxy 2.6.")
		})
	d.Mode = http
	registry.Directives.Add(d)
}
