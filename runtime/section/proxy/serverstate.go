package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "load-server-state-from-file", Manual: "4.2", Usage: "{ global | local | none }",
				Doc: "Where the servers' states before the start are read from.",
				OK:  []string{"load-server-state-from-file global", "load-server-state-from-file local", "load-server-state-from-file none"},
				Bad: []string{"load-server-state-from-file", "load-server-state-from-file foo"},
			},
			In: registry.Proxies, Side: core.Backend, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Backend, "load-server-state-from-file")
				switch w := word(st, 1); w.Text {
				case "global":
					c.Proxy.LoadState = core.GlobalState
				case "local":
					c.Proxy.LoadState = core.LocalState
				case "none":
					c.Proxy.LoadState = core.NoState
				default:
					c.Alert(w, "'load-server-state-from-file' expects 'global', 'local' or 'none'. Got '%s'", w.Text)
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "server-state-file-name", Manual: "4.2", Usage: "[ { use-backend-name | <file> } ]",
				Doc: "The file of the servers' states of this backend alone.",
				OK:  []string{"server-state-file-name", "server-state-file-name states", "server-state-file-name use-backend-name"},
				Bad: []string{"server-state-file-name a b"},
			},
			In: registry.Proxies, Side: core.Backend, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Backend, "server-state-file-name")
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				if c.Proxy.StateFile = word(st, 1).Text; c.Proxy.StateFile == "use-backend-name" {
					c.Proxy.StateFile = ""
				}
			},
		},
	)
}
