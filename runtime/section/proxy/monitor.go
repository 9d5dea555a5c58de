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
				Name: "monitor-uri", Manual: "4.2", Usage: "<uri>", Doc: "Answers requests for a URI without a server.",
				OK: []string{"monitor-uri /haproxy_test"}, Bad: []string{"monitor-uri", "monitor-uri /a /b"},
			},
			In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Frontend, "monitor-uri")
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "'monitor-uri' expects an URI.")
				} else {
					c.Proxy.MonitorURI = w.Text
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "monitor fail", Manual: "4.2", Usage: "{ if | unless } <condition>", Doc: "When monitor-uri answers with an error.",
				OK:  []string{"monitor fail if { always_true }"},
				Bad: []string{"monitor fail", "monitor fail nonsense", "monitor fail if no-such-acl"},
			},
			In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if notInDefaults(c, st, "monitor") {
					return
				}
				warnSide(c, st, core.Frontend, "monitor")
				cond, ok := condition(c, st, 2, "'monitor fail'", "error detected while parsing a 'monitor fail' condition", 0)
				if !ok {
					return
				}
				warnOrder(c, st, orderMonitor)
				c.Proxy.MonitorFail = append(c.Proxy.MonitorFail, core.Rule{Cond: cond, Name: "monitor fail", Pos: st.Pos()})
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "monitor", Manual: "4.2", Usage: "fail { if | unless } <condition>", Doc: "Settings of monitor-uri.",
				Bad: []string{"monitor", "monitor nonsense"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if notInDefaults(c, st, "monitor") {
					return
				}
				warnSide(c, st, core.Frontend, "monitor")
				c.Alert(word(st, 1), "'monitor' only supports 'fail'.")
			},
		},
	)
}
