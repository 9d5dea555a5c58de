package proxy

import (
	"net/netip"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		addressHeader("forwardfor", "x-forwarded-for", "Adds a header with the client's address to requests.",
			"only supports optional values: 'except', 'header' and 'if-none'.", true,
			func(s *core.Settings) **core.ForwardFor { return &s.ForwardFor }),
		addressHeader("originalto", "x-original-to", "Adds a header with the address that the client connected to.",
			"only supports optional values: 'except' and 'header'.", false,
			func(s *core.Settings) **core.ForwardFor { return &s.OriginalTo }),
	)
}

func addressHeader(name, header, doc, usage string, ifNone bool, field func(*core.Settings) **core.ForwardFor) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: "option " + name, Manual: "4.2", Usage: "[ except <network> ] [ header <name> ]", Doc: doc,
			OK:  []string{"option " + name, "option " + name + " except 127.0.0.0/8 header X-Client"},
			Bad: []string{"option " + name + " foo", "option " + name + " except"},
		},
		In: registry.Proxies, Mode: registry.HTTPMode,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			f := &core.ForwardFor{Header: header}
			*field(&c.Proxy.Settings) = f
			for i := 2; i < len(st.Words); i++ {
				w := &st.Words[i]
				switch {
				case w.Text == "except":
					i++
					p, ok := network(word(st, i).Text)
					if !ok {
						c.Alert(word(st, i), "'option %s except' expects <address>[/mask] as argument.", name)
						return
					}
					f.Except = p
				case w.Text == "header":
					if i++; i == len(st.Words) {
						c.Alert(w, "'option %s header' expects <header_name> as argument.", name)
						return
					}
					f.Header = strings.ToLower(st.Words[i].Text)
				case w.Text == "if-none" && ifNone:
					f.IfNone = true
				default:
					c.Alert(w, "'option %s' %s", name, usage)
					return
				}
			}
		},
	}
}

// network reads an address or a network.
func network(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	if addr, mask, ok := strings.Cut(text, "/"); ok {
		ip, err := netip.ParseAddr(addr)
		m, err2 := netip.ParseAddr(mask)
		if err != nil || err2 != nil || !ip.Is4() || !m.Is4() {
			return netip.Prefix{}, false
		}
		bits := 0
		for _, b := range m.As4() {
			for ; b&0x80 != 0; b <<= 1 {
				bits++
			}
		}
		return netip.PrefixFrom(ip, bits).Masked(), true
	}
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(ip, ip.BitLen()), true
}
