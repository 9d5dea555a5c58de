package runtime

import (
	"bytes"

	"gohap/balance"
	"gohap/parser/value"
	"gohap/runtime/core"
)

// balanceKey returns what extracts the key of a backend's algorithm, nil for
// algorithms without one.
func balanceKey(p *core.Proxy) func(*core.Stream) []byte {
	switch p.Balance.Algorithm {
	case balance.Source:
		return sourceKey
	case balance.URI:
		o := uriOptions(p.BalanceArgs)
		return func(s *core.Stream) []byte { return balance.URIKey(s.Req.Target, o) }
	case balance.URLParam:
		name := p.BalanceArgs[0]
		return func(s *core.Stream) []byte { return param(s.Req.Query(), name) }
	case balance.Hdr:
		name := p.BalanceArgs[0]
		domain := len(p.BalanceArgs) > 1 && p.BalanceArgs[1] == "use_domain_only"
		return func(s *core.Stream) []byte {
			v := s.Req.Value(name)
			if domain {
				v = balance.DomainKey(v)
			}
			return v
		}
	}
	return nil
}

// sourceKey is the client's address, 4 or 16 bytes.
func sourceKey(s *core.Stream) []byte {
	ip := s.Session.Src.Addr().Unmap()
	switch {
	case ip.Is4():
		b := ip.As4()
		return append(s.Scratch(4)[:0], b[:]...)
	case ip.Is6():
		b := ip.As16()
		return append(s.Scratch(16)[:0], b[:]...)
	}
	return nil
}

// uriOptions reads the arguments of "balance uri", which have been checked.
func uriOptions(args []string) (o balance.URIOptions) {
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "len":
			i++
			o.Len = int(value.Atol(args[i]))
		case "depth":
			i++
			o.Depth = int(value.Atol(args[i]))
		case "whole":
			o.Whole = true
		case "path-only":
			o.PathOnly = true
		}
	}
	return o
}

// param returns the value of a parameter of a query string, nil without one.
func param(query []byte, name string) []byte {
	for len(query) > 0 {
		pair, rest, _ := bytes.Cut(query, []byte("&"))
		if k, v, ok := bytes.Cut(pair, []byte("=")); ok && string(k) == name {
			return v
		}
		query = rest
	}
	return nil
}
