package bind

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.BindOptions.Add(
		option("shards", "How many sockets share the address; here always one, which all threads accept from.", 1,
			[]string{"shards by-thread"}, []string{"shards"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				l.Shards = w[1].Text
				c.Note(&w[0], "'shards' has no meaning for gohap and is ignored.")
			}),
		option("nice", "The priority of the listener's connections.", 1, []string{"nice 10"}, []string{"nice", "nice 2000"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				if n := value.Atol(w[1].Text); n < -1024 || n > 1024 {
					c.Option(&w[1], "'nice' : invalid value %d, allowed range is -1024..1024", n)
					return
				}
				c.Note(&w[0], "'nice' has no meaning for gohap and is ignored.")
			}),
		option("proto", "The protocol spoken without negotiation.", 1, []string{"proto h1", "proto h2"}, []string{"proto", "proto spdy"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				switch w[1].Text {
				case "h1", "h2", "none":
					l.Proto = w[1].Text
				default:
					c.Option(&w[1], "'%s' :  unknown MUX protocol '%s'", "proto", w[1].Text)
				}
			}),
	)
}
