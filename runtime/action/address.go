package action

import (
	"net/netip"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	in := requestRules | registry.InRulesets(core.TCPRequestConnection, core.TCPRequestSession, core.TCPRequestContent)
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-src", Manual: "4.2", Usage: "<expr>", Doc: "Replaces the client's address, and keeps its port.",
				OK:  []string{"http-request set-src hdr(x-forwarded-for)", "tcp-request connection set-src src,ipmask(24)"},
				Bad: []string{"http-request set-src", "http-request set-src nothing", "http-request set-src src x"},
			},
			In: in, Registered: true, Least: 1, Compile: compileAddress(setSourceIP),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-src-port", Manual: "4.2", Usage: "<expr>", Doc: "Replaces the client's port.",
				OK: []string{"http-request set-src-port int(4000)"}, Bad: []string{"http-request set-src-port"},
			},
			In: in, Registered: true, Least: 1, Compile: compileAddress(setSourcePort),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-dst", Manual: "4.2", Usage: "<expr>", Doc: "Replaces the address that the client connected to, and keeps its port.",
				OK: []string{"http-request set-dst dst,ipmask(24)"}, Bad: []string{"http-request set-dst"},
			},
			In: in, Registered: true, Least: 1, Compile: compileAddress(setDestinationIP),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-dst-port", Manual: "4.2", Usage: "<expr>", Doc: "Replaces the port that the client connected to.",
				OK: []string{"http-request set-dst-port int(443)"}, Bad: []string{"http-request set-dst-port"},
			},
			In: in, Registered: true, Least: 1, Compile: compileAddress(setDestinationPort),
		},
	)
}

// addresses are the two ends of the client's connection.
type addresses struct{ src, dst netip.AddrPort }

// change is what an action does to them with a value.
type change struct {
	takes core.Type
	apply func(addresses, *core.Sample) addresses
}

var (
	setSourceIP = change{core.Addr, func(a addresses, p *core.Sample) addresses {
		a.src = netip.AddrPortFrom(p.IP, a.src.Port())
		return a
	}}
	setDestinationIP = change{core.Addr, func(a addresses, p *core.Sample) addresses {
		a.dst = netip.AddrPortFrom(p.IP, a.dst.Port())
		return a
	}}
	setSourcePort = change{core.Sint, func(a addresses, p *core.Sample) addresses {
		a.src = netip.AddrPortFrom(orAny(a.src.Addr()), uint16(p.Int))
		return a
	}}
	setDestinationPort = change{core.Sint, func(a addresses, p *core.Sample) addresses {
		a.dst = netip.AddrPortFrom(orAny(a.dst.Addr()), uint16(p.Int))
		return a
	}}
)

// orAny replaces the address of a client that has none, but a port.
func orAny(a netip.Addr) netip.Addr {
	if !a.IsValid() {
		return netip.IPv4Unspecified()
	}
	return a
}

func compileAddress(ch change) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if !has(a, 1) {
			return a.Fail(c, 1, "missing fetch method.")
		}
		e, ok := sample.Expr(c, &a.Words[1], place(a))
		if !ok || !a.End(c, 2) {
			return nil
		}
		// Rules of the connection change it for good, others for the stream.
		forGood := a.Ruleset == core.TCPRequestConnection || a.Ruleset == core.TCPRequestSession
		return func(s *core.Stream) core.Verdict {
			p := s.Borrow()
			defer s.Return()
			if !e.Eval(s, ch.takes, p) {
				return core.Continue
			}
			ends := ch.apply(addresses{s.Session.Src, s.Session.Dst}, p)
			if forGood {
				s.Session.Src, s.Session.Dst = ends.src, ends.dst
			} else {
				s.SetAddresses(ends.src, ends.dst)
			}
			return core.Continue
		}
	}
}
