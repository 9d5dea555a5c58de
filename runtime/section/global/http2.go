package global

import (
	"fmt"
	"math"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	const positive = "a positive numeric value."
	registry.Directives.Add(
		http2Limit("tune.h2.header-table-size", "The size of HTTP/2's table of header fields, in bytes.",
			4096, 65536, "", func(g *core.Global) *int { return &g.Tune.H2TableSize }),
		http2Limit("tune.h2.initial-window-size", "How much of a body an HTTP/2 peer may send before it is told to go on, in bytes.",
			0, math.MaxInt32, positive, func(g *core.Global) *int { return &g.Tune.H2Window }),
		http2Limit("tune.h2.max-concurrent-streams", "How many streams an HTTP/2 connection may have at a time; 0 sets no bound.",
			0, math.MaxInt32, positive, func(g *core.Global) *int { return &g.Tune.H2Streams }),
		http2Limit("tune.h2.max-frame-size", "The largest HTTP/2 frame that is taken, in bytes; never more than a buffer.",
			16384, 16777215, "", func(g *core.Global) *int { return &g.Tune.H2FrameSize }),
	)
}

// http2Limit makes a keyword with one number from least to most.
func http2Limit(name, doc string, least, most int, expected string, field func(*core.Global) *int) *registry.Directive {
	if expected == "" {
		expected = fmt.Sprintf("a numeric value between %d and %d.", least, most)
	}
	return directive(name, "3.2", doc, []string{name + " 16384"}, []string{name + " -1", name + " 16384 2"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			w, n := &st.Words[0], 0
			if len(st.Words) > 1 {
				w = &st.Words[1]
				n = int(value.Atol(w.Text))
			}
			if n < least || n > most {
				c.Alert(w, "'%s' expects %s", name, expected)
				return
			}
			*field(c.Global()) = n
		})
}
