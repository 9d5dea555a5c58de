package fetch

import (
	"fmt"
	"net/netip"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		truth("always_true", true), truth("always_false", false),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "bool", Manual: "7.3.1", Usage: "(<bool>)", Doc: "The given boolean.",
				OK: []string{"bool(true)", "bool(0)"}, Bad: []string{"bool(x)"},
			},
			Out: core.Bool, At: registry.Internal, Min: 1,
			Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "bool"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				switch strings.ToLower(a[0].Text) {
				case "true", "1":
					return always(func(p *core.Sample) { p.SetBool(true) }), nil
				case "false", "0":
					return always(func(p *core.Sample) { p.SetBool(false) }), nil
				}
				return nil, fmt.Errorf("Expects 'true', 'false', '0' or '1'")
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "int", Manual: "7.3.1", Usage: "(<integer>)", Doc: "The given integer.",
				OK: []string{"int(5) eq 5"}, Bad: []string{"int(x) 5"},
			},
			Out: core.Sint, At: registry.Internal, Min: 1,
			Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "integer"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				n := a[0].Int
				return always(func(p *core.Sample) { p.SetInt(n) }), nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "str", Manual: "7.3.1", Usage: "(<string>)", Doc: "The given string.",
				OK: []string{"str(a) a"},
			},
			Out: core.Str, At: registry.Internal, Min: 1,
			Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "string"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				b := []byte(a[0].Text)
				return always(func(p *core.Sample) { p.SetStr(b) }), nil
			},
		},
		address("ipv4", core.IPv4, registry.ArgIPv4), address("ipv6", core.IPv6, registry.ArgIPv6),
	)
}

func always(set func(*core.Sample)) core.Fetch {
	return func(_ *core.Stream, p *core.Sample) bool {
		set(p)
		return true
	}
}

func truth(name string, v bool) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.1", Doc: "A constant, mostly for tests.", OK: []string{name}},
		Out:     core.Bool, At: registry.Internal,
		Compile: plain(always(func(p *core.Sample) { p.SetBool(v) })),
	}
}

func address(name string, t core.Type, k registry.ArgKind) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.1", Usage: "(<" + name + ">)", Doc: "The given address."},
		Out:     t, At: registry.Internal, Min: 1,
		Args: []registry.ArgSpec{{Kind: k, Name: name}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			ip, err := netip.ParseAddr(a[0].Text)
			if err != nil || (t == core.IPv4) != ip.Is4() {
				return nil, fmt.Errorf("invalid address '%s'", a[0].Text)
			}
			return always(func(p *core.Sample) { p.Type, p.IP = t, ip }), nil
		},
	}
}
