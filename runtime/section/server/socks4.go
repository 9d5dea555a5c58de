package server

import (
	"net/netip"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.ServerOptions.Add(
		option("socks4", "The SOCKS proxy, of version 4, through which connections to the server go.", 1,
			[]string{"socks4 127.0.0.1:1080"}, []string{"socks4", "socks4 127.0.0.1", "socks4 127.0.0.1:0", "socks4 127.0.0.1:1-3", "socks4 127.0.0.1:+5"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'socks4' expects <addr>:<port> as argument.")
					return
				}
				a, err := resolved(w[1].Text, value.PortOK|value.PortNeeded|value.StreamOK, c.Env)
				switch {
				case err != nil:
					fail(c, &w[1], "'socks4 %s' : %s", w[1].Text, err)
				case !a.IsIP():
					fail(c, &w[1], "'socks4 %s' : a SOCKS proxy has an address and a port", w[1].Text)
				default:
					s.SOCKS4 = netip.AddrPortFrom(a.IP, uint16(a.Port))
				}
			}),
		flag("check-via-socks4", "Sends checks through the SOCKS proxy of the server, too.",
			func(s *core.ServerSettings) { s.CheckViaSOCKS4 = true }),
	)
}
