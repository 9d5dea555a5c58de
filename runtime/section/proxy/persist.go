package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		persistRule("force-persist", "Sends clients to their cookie's server even when it is down.", false),
		persistRule("ignore-persist", "Does not look at the cookie.", true),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "persist", Manual: "4.2", Usage: "rdp-cookie", Doc: "Persistence by other means than a cookie.", Bad: []string{"persist", "persist nonsense"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				switch w := word(st, 1); {
				case w.Text == "":
					c.Alert(w, "missing persist method.")
				case len(w.Text) >= 10 && w.Text[:10] == "rdp-cookie":
					unsupported(c, w, "persist rdp-cookie")
				default:
					c.Alert(w, "unknown persist method.")
				}
			},
		},
	)
}

func persistRule(name, doc string, ignore bool) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "{ if | unless } <condition>", Doc: doc,
			OK:  []string{name + " if { src 127.0.0.1 }"},
			Bad: []string{name, name + " nonsense", name + " if no-such-acl"},
		},
		In: registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if notInDefaults(c, st, name) {
				return
			}
			warnSide(c, st, core.Backend, name)
			if cond, ok := condition(c, st, 1, "'"+name+"'", "error detected while parsing a '"+name+"' rule", registry.BeTCPContent); ok {
				c.Proxy.Persist = append(c.Proxy.Persist, core.PersistRule{Cond: cond, Ignore: ignore})
			}
		},
	}
}
