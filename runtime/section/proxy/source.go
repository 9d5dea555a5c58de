package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "source", Manual: "4.2", Usage: "<addr>[:<port>] [ usesrc { <addr2>[:<port2>] | client | clientip | hdr_ip(<hdr>[,<occ>]) } ] [ interface <name> ]",
				Doc: "The address that servers see connections come from.",
				OK:  []string{"source 127.0.0.1", "source 0.0.0.0 usesrc clientip", "source 0.0.0.0 usesrc 127.0.0.9", "source 0.0.0.0 usesrc hdr_ip(x-forwarded-for,-1)", "source 0.0.0.0 interface lo"},
				Bad: []string{"source", "source 127.0.0.1:80-90", "source 127.0.0.1 nonsense", "source 0.0.0.0 interface", "source 0.0.0.0 usesrc"},
			},
			In: registry.Proxies, Dump: "-", Compile: compileSource,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "usesrc", Manual: "4.2", Usage: "<source>", Doc: "Part of a \"source\" line.", Bad: []string{"usesrc client"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				c.Alert(&st.Words[0], "'usesrc' only allowed after a 'source' statement.")
			},
		},
	)
}

func compileSource(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "source")
	w := word(st, 1)
	if w.Text == "" {
		c.Alert(w, "'source' expects <addr>[:<port>], and optionally 'usesrc' <addr>, and 'interface' <name>.")
		return
	}
	src, err := address.Source(w.Text, false, c.Env)
	if err != nil {
		c.Alert(w, "'source %s' : %s", w.Text, err)
		return
	}
	for i := 2; i < len(st.Words); i++ {
		w := &st.Words[i]
		arg := word(st, i+1)
		switch w.Text {
		case "usesrc":
			if arg.Text == "" {
				c.Alert(arg, "'usesrc' expects <addr>[:<port>], 'client', or 'clientip' as argument.")
				return
			}
			if err := address.UseSource(c, src, arg); err != nil {
				c.Alert(arg, "%s", err)
				return
			}
		case "interface":
			if arg.Text == "" {
				c.Alert(arg, "'source' : missing interface name.")
				return
			}
			src.Interface = arg.Text
		default:
			c.Alert(w, "'source' only supports optional keywords 'interface' and 'usesrc'.")
			return
		}
		i++
	}
	c.Proxy.Source = src
}
