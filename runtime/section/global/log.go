package global

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/logline"
)

func init() {
	log := directive("log", "3.1", "Adds a target for the log lines of the process and of proxies with \"log global\".",
		[]string{"log 127.0.0.1 local0", "log /dev/log local1 notice", "log stdout format raw daemon"},
		[]string{"log", "log 127.0.0.1", "log 127.0.0.1 nofacility", "log global"},
		func(c *registry.Compiler, st *ast.Statement) {
			g := c.Global()
			if c.Negated {
				if c.MaxArgs(st, 1, 0) {
					g.Logs = nil
				}
				return
			}
			if t, ok := logline.Compile(c, st); ok {
				g.Logs = append(g.Logs, t)
			}
		})
	log.No = true
	registry.Directives.Add(
		log,
		text("log-tag", "3.1", "The program name in log lines.", "haproxy", "a tag for use in syslog.",
			func(g *core.Global) *string { return &g.LogTag }),
		directive("log-send-hostname", "3.1", "Puts the host name, or the name given, into log lines.",
			[]string{"log-send-hostname", "log-send-hostname lb1"}, []string{"log-send-hostname a b"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				c.Global().LogSendHostname = true
				if len(st.Words) > 1 {
					c.Global().LogHostname = st.Words[1].Text
				}
			}),
	)
}
