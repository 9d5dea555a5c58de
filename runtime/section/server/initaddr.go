package server

import (
	"net/netip"

	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.ServerOptions.Add(
		option("init-addr", "How the address is found at the start.", 1,
			[]string{"init-addr last,libc,none", "init-addr none", "init-addr libc,192.0.2.1"}, []string{"init-addr nonsense"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				for _, m := range methods(w[1].Text) {
					if m == "last" || m == "libc" || m == "none" {
						continue
					}
					if _, err := netip.ParseAddr(m); err != nil {
						fail(c, &w[1], "'init-addr' : unknown init-addr method '%s', supported methods are 'libc', 'last', 'none'.", m)
						return
					}
				}
				s.InitAddr = w[1].Text
			}),
	)
}

// methods splits the argument of init-addr.
func methods(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}
