package match

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Matches.Add(&registry.Match{
		Keyword: registry.Keyword{Name: "ip", Manual: "7.1.6", Doc: "The address is the pattern, or within its network."},
		In:      core.Addr,
		Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
			var nets networks
			for _, w := range ps.Words {
				prefixes, err := parseNetwork(w.Text, ps.NoDNS)
				if err != nil {
					return nil, err
				}
				nets = append(nets, prefixes...)
			}
			set := nets.build()
			return func(_ *core.Stream, p *core.Sample) bool { return set.has(p.IP) }, nil
		},
	})
}

// parseNetwork reads an address, a network with a mask or its length, or a host
// name, which is resolved while the configuration is read.
func parseNetwork(t string, noDNS bool) ([]netip.Prefix, error) {
	addr, mask, masked := strings.Cut(t, "/")
	ip, err := netip.ParseAddr(padIPv4(addr))
	if err != nil {
		if noDNS || strings.Contains(addr, ":") {
			return nil, fmt.Errorf("'%s' is not a valid IPv4 or IPv6 address", t)
		}
		return resolve(t, addr)
	}
	bits := ip.BitLen()
	if masked {
		if bits, err = maskBits(mask, ip); err != nil {
			return nil, fmt.Errorf("'%s' is not a valid IPv4 or IPv6 address", t)
		}
	}
	return []netip.Prefix{netip.PrefixFrom(ip.Unmap(), bits).Masked()}, nil
}

// padIPv4 completes an abbreviated IPv4 network: 10 is 10.0.0.0.
func padIPv4(a string) string {
	if a == "" || strings.Contains(a, ":") || strings.Trim(a, "0123456789.") != "" {
		return a
	}
	for strings.Count(a, ".") < 3 {
		a += ".0"
	}
	return a
}

func maskBits(mask string, ip netip.Addr) (int, error) {
	if m, err := netip.ParseAddr(mask); err == nil && m.Is4() && ip.Is4() {
		b := m.As4()
		n, size := net.IPMask(b[:]).Size()
		if size == 0 {
			return 0, fmt.Errorf("mask with holes")
		}
		return n, nil
	}
	n := 0
	for _, c := range mask {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("bad mask")
		}
		if n = n*10 + int(c-'0'); n > 128 {
			return 0, fmt.Errorf("bad mask")
		}
	}
	if mask == "" || n > ip.BitLen() {
		return 0, fmt.Errorf("bad mask")
	}
	return n, nil
}

func resolve(t, host string) ([]netip.Prefix, error) {
	ips, err := net.LookupIP(host)
	if err != nil || len(ips) == 0 {
		return nil, fmt.Errorf("'%s' is not a valid IPv4 or IPv6 address", t)
	}
	ip, _ := netip.AddrFromSlice(ips[0])
	ip = ip.Unmap()
	return []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())}, nil
}

// networks is a list of networks as read.
type networks []netip.Prefix

// networkSet finds an address among networks by binary search over ranges that
// neither overlap nor touch.
type networkSet struct{ v4, v6 []addrRange }

type addrRange struct{ from, to netip.Addr }

func (n networks) build() *networkSet {
	s := new(networkSet)
	for _, p := range n {
		r := addrRange{p.Addr(), lastAddr(p)}
		if p.Addr().Is4() {
			s.v4 = append(s.v4, r)
		} else {
			s.v6 = append(s.v6, r)
		}
	}
	s.v4, s.v6 = merge(s.v4), merge(s.v6)
	return s
}

func merge(rs []addrRange) []addrRange {
	slices.SortFunc(rs, func(a, b addrRange) int { return a.from.Compare(b.from) })
	out := rs[:0]
	for _, r := range rs {
		if n := len(out); n > 0 && out[n-1].to.Compare(r.from) >= 0 {
			if out[n-1].to.Less(r.to) {
				out[n-1].to = r.to
			}
			continue
		}
		out = append(out, r)
	}
	return out
}

// lastAddr returns the highest address of a network.
func lastAddr(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func (s *networkSet) has(ip netip.Addr) bool {
	ip = ip.Unmap()
	rs := s.v6
	if ip.Is4() {
		rs = s.v4
	}
	i := sort.Search(len(rs), func(i int) bool { return rs[i].to.Compare(ip) >= 0 })
	return i < len(rs) && rs[i].from.Compare(ip) <= 0
}

// Networks reads an IP pattern without asking the resolver for names.
func Networks(pattern string) ([]netip.Prefix, error) { return parseNetwork(pattern, true) }
