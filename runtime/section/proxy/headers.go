package proxy

import (
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "http-send-name-header", Manual: "4.2", Usage: "<header>", Doc: "Tells servers their name in a request header.",
				OK: []string{"http-send-name-header X-Server"}, Bad: []string{"http-send-name-header"},
			},
			In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Backend, "http-send-name-header")
				if w := word(st, 1); w.Text == "" {
					c.Alert(w, "'http-send-name-header' requires a header string.")
				} else {
					c.Proxy.NameHeader = strings.ToLower(w.Text)
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "option http-restrict-req-hdr-names", Manual: "4.2", Usage: "{ preserve | delete | reject }",
				Doc: "What to do with request headers whose names are not plain.",
				OK:  []string{"option http-restrict-req-hdr-names delete"},
				Bad: []string{"option http-restrict-req-hdr-names", "option http-restrict-req-hdr-names nonsense", "option http-restrict-req-hdr-names reject x"},
			},
			In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				w := word(st, 2)
				odd, ok := map[string]core.OddNames{"preserve": core.PreserveOddNames, "delete": core.DeleteOddNames, "reject": core.RejectOddNames}[w.Text]
				switch {
				case w.Text == "":
					c.Alert(w, "missing parameter. option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.")
				case !ok:
					c.Alert(w, "invalid parameter '%s'. option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.", w.Text)
				case len(st.Words) > 3:
					c.Alert(&st.Words[3], "'option' cannot handle unexpected argument '%s'.", st.Words[3].Text)
				default:
					c.Proxy.OddNames = odd
				}
			},
		},
	)
}
