package proxy

import (
	"net/netip"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

func init() {
	transparent := option("transparent", "Connects to where the client wanted to go, in a backend without balancing.", core.Backend,
		func(c *registry.Compiler, _ *ast.Statement) { set(c, core.OptTransparent) })
	registry.Directives.Add(
		transparent,
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "transparent", Manual: "4.2", Doc: "The old form of \"option transparent\".",
				OK: []string{"transparent"}, Bad: []string{"transparent x"},
			},
			In: registry.Proxies, Side: core.Backend, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Backend, "transparent")
				if c.MaxArgs(st, 1, 0) && c.Proxy.Has(core.Backend) {
					set(c, core.OptTransparent)
				}
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "dispatch", Manual: "4.2", Usage: "<address>:<port>",
				Doc: "Connects to this address, in a backend without balancing.",
				OK:  []string{"dispatch 127.0.0.1:80"},
				Bad: []string{"dispatch", "dispatch 127.0.0.1", "dispatch 127.0.0.1:80 x", "dispatch 127.0.0.1:80-90"},
			},
			In: registry.Proxies &^ registry.Defaults, Side: core.Backend, Dump: "-", Compile: compileDispatch,
		},
	)
}

func compileDispatch(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "dispatch")
	if !c.MaxArgs(st, 1, 1) {
		return
	}
	w := word(st, 1)
	a, err := value.ParseAddr(w.Text, value.ForPeer, c.Env)
	var ip netip.Addr
	if err == nil && a.IsIP() {
		ip, err = address.Resolve(a, w.Text)
	}
	if err != nil {
		c.Alert(w, "'dispatch' : %s", err)
		return
	}
	s := direct(c.Proxy)
	s.Addr, s.Pos = a, w.Pos
	s.Addr.IP = ip
	c.Proxy.Direct = s
}

// direct makes the server that stands for all that a backend without servers may
// connect to. Logs do not know it.
func direct(p *core.Proxy) *core.Server {
	return &core.Server{ServerSettings: core.DefaultServerSettings(), Proxy: p, Name: "<NOSRV>"}
}

// ResolveDirect decides whether streams of the backend go to a server or to where
// "dispatch" or "option transparent" says.
func ResolveDirect(c *registry.Compiler, p *core.Proxy) {
	if !p.Has(core.Backend) {
		return
	}
	switch {
	case p.BalanceSet && p.Is(core.OptTransparent):
		c.Diags.Config(diag.Alert, "%s '%s' cannot use both transparent and balance mode.", p, p.Name).Pos = p.Pos
	case p.BalanceSet && p.Direct != nil:
		c.Diags.Config(diag.Warning, "dispatch address of %s '%s' will be ignored in balance mode.", p, p.Name).Pos = p.Pos
		p.Direct = nil
	case p.Is(core.OptTransparent) && p.Direct == nil:
		p.Direct = direct(p)
	}
}
