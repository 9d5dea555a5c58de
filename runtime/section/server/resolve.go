package server

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
)

// maxNets bounds the networks of "resolve-net".
const maxNets = 5

func init() {
	registry.ServerOptions.Add(
		option("resolvers", "The section whose name servers are asked for the server's address while traffic flows.", 1,
			[]string{"resolvers mydns"}, []string{"resolvers", "resolvers nowhere"},
			func(_ *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				s.Resolve.Section, s.Resolve.Asked = w[1].Text, true
			}),
		option("resolve-prefer", "The family of addresses to prefer, of those that a name has.", 1,
			[]string{"resolve-prefer ipv4", "resolve-prefer ipv6"}, []string{"resolve-prefer", "resolve-prefer ipv5"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				switch w[1].Text {
				case "ipv4":
					s.Resolve.IPv4 = true
				case "ipv6":
					s.Resolve.IPv4 = false
				default:
					fail(c, &w[1], "'resolve-prefer' expects either ipv4 or ipv6 as argument.")
				}
			}),
		option("resolve-net", "Networks whose addresses to prefer, of those that a name has.", 1,
			[]string{"resolve-net 10.0.0.0/8", "resolve-net 10.0.0.0/8,2001:db8::/32"},
			[]string{"resolve-net", "resolve-net nonsense", "resolve-net 1.0.0.0/8,2.0.0.0/8,3.0.0.0/8,4.0.0.0/8,5.0.0.0/8,6.0.0.0/8"},
			compileNets),
		option("resolve-opts", "Whether servers may share an address, and whether weights of SRV records count.", 1,
			[]string{"resolve-opts allow-dup-ip", "resolve-opts ignore-weight,prevent-dup-ip"}, []string{"resolve-opts nonsense"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				for _, o := range methods(w[1].Text) {
					switch o {
					case "allow-dup-ip":
						s.Resolve.AllowDup = true
					case "prevent-dup-ip":
						s.Resolve.AllowDup = false
					case "ignore-weight":
						s.Resolve.IgnoreWeight = true
					default:
						fail(c, &w[1], "'resolve-opts' : unknown resolve-opts option '%s', "+
							"supported methods are 'allow-dup-ip', 'ignore-weight', and 'prevent-dup-ip'.", o)
						return
					}
				}
			}),
	)
}

func compileNets(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
	if w[1].Text == "" {
		fail(c, &w[1], "'resolve-net' expects a list of networks.")
		return
	}
	s.Resolve.Nets = slices.Clip(s.Resolve.Nets)
	for _, text := range methods(w[1].Text) {
		n, ok := network(text)
		switch {
		case len(s.Resolve.Nets) == maxNets:
			fail(c, &w[1], "'resolve-net' exceed %d networks.", maxNets)
			return
		case !ok:
			fail(c, &w[1], "'resolve-net' invalid network '%s'.", text)
			return
		}
		s.Resolve.Nets = append(s.Resolve.Nets, n)
	}
}

// network reads an address, with the bits of its network or a mask behind it.
func network(text string) (netip.Prefix, bool) {
	addr, mask, masked := strings.Cut(text, "/")
	ip, err := netip.ParseAddr(addr)
	if err != nil || ip.Zone() != "" {
		return netip.Prefix{}, false
	}
	size := ip.BitLen()
	if masked {
		if size, err = strconv.Atoi(mask); err != nil {
			m, err := netip.ParseAddr(mask)
			if err != nil || !m.Is4() || !ip.Is4() {
				return netip.Prefix{}, false
			}
			size = ones(m.As4())
		}
	}
	n, err := ip.Prefix(size)
	return n, err == nil
}

// ones counts the ones of a mask; -1 where they do not come first.
func ones(mask [4]byte) int {
	m := binary.BigEndian.Uint32(mask[:])
	n := bits.LeadingZeros32(^m)
	if m != ^uint32(0)<<(32-n) {
		return -1
	}
	return n
}

// checkName refuses a name that cannot be looked up.
func checkName(c *registry.Compiler, s *core.Server, w *ast.Word) bool {
	if s.Addr.Kind != value.Host || resolver.ValidName(s.Addr.Host) {
		return true
	}
	if s.SRV() != "" {
		report(c, diag.Alert, w, prefix(c)+fmt.Sprintf("%s '%s', server '%s': failed to parse FQDN '%s'", s.Proxy, s.Proxy.Name, s.Name, s.Addr.Host))
	} else {
		report(c, diag.Alert, w, prefix(c)+fmt.Sprintf("Can't create DNS resolution for server '%s'", s.Name))
	}
	return false
}

// findSection finds the section of a server's "resolvers".
func findSection(c *registry.Compiler, s *core.Server) {
	o := &s.Resolve
	if !o.Asked {
		return
	}
	if s.Section = c.Graph.Resolver(o.Section); s.Section == nil {
		complain(c, diag.Alert, s, fmt.Sprintf("%s '%s', server '%s': unable to find required resolvers '%s'", s.Proxy, s.Proxy.Name, s.Name, o.Section))
	}
}

// Nameserver reads the options of a name server's line, which is a server of its
// section. It reports false after an error.
func Nameserver(c *registry.Compiler, st *ast.Statement, section string) (*core.Server, bool) {
	p := &core.Proxy{Name: section}
	s := &core.Server{ServerSettings: core.DefaultServerSettings(), Proxy: p, Name: st.Words[1].Text, Pos: st.Pos()}
	c.Proxy = p
	defer func() { c.Proxy = nil }()
	_, ok := readOptions(c, st.Words[3:], &s.ServerSettings)
	return s, ok
}
