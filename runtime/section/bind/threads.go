package bind

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Options that tie a listener to some of HAProxy's threads. Connections are
// spread over all loops here, whichever listener they came from, so the options
// change nothing but are kept for the record.
func init() {
	for _, o := range []struct {
		name, doc, sample string
		field             func(*core.BindSettings) *string
	}{
		{"thread", "Which threads accept from the listener; here all do.", "1-2", func(l *core.BindSettings) *string { return &l.Thread }},
		{"process", "Which process listens; there is only one.", "1", func(l *core.BindSettings) *string { return &l.Process }},
		{"shards", "How many sockets share the address; here always one.", "by-thread", func(l *core.BindSettings) *string { return &l.Shards }},
	} {
		registry.BindOptions.Add(option(o.name, o.doc, 1, []string{o.name + " " + o.sample}, []string{o.name},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				*o.field(l) = w[1].Text
				c.Note(&w[0], "'%s' has no meaning for gohap and is ignored.", o.name)
			}))
	}
	registry.BindOptions.Add(
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
