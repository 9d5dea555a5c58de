package peers

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/logline"
)

func log() *registry.Directive {
	d := keyword("log", "{ global | <target> [len <len>] [format <format>] [sample <ranges>:<size>] <facility> [<level> [<minlevel>]] }",
		"Where log lines about the section go.",
		[]string{"log global", "log 127.0.0.1 local0 notice", "no log"}, []string{"log", "log 127.0.0.1 nonsense"}, compileLog)
	d.No = true
	return d
}

func compileLog(c *registry.Compiler, st *ast.Statement) {
	p := c.Proxy
	switch {
	case c.Negated:
		p.Logs = nil
	case len(st.Words) == 2 && st.Words[1].Text == "global":
		p.Logs = append(p.Logs, core.LogTarget{Global: true, Pos: st.Pos()})
	case len(st.Words) < 3:
		c.Alert(&st.Words[0], "log : expects <address> and <facility> or global as arguments")
	default:
		if t, ok := logline.Compile(c, st); ok {
			p.Logs = append(p.Logs, t)
		}
	}
}
