package resolvers

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
	"gohap/runtime/section/address"
	"gohap/runtime/section/server"
)

func init() {
	registry.Directives.Add(
		keyword("nameserver", "<name> <address>:<port> [<option>...]",
			"A name server, asked over UDP unless the address begins with \"tcp@\"; the options are those of servers, for TCP.",
			[]string{"nameserver a 127.0.0.1:53", "nameserver a udp@127.0.0.1:53", "nameserver a tcp@127.0.0.1:53 maxconn 2", "nameserver a [::1]:53"},
			[]string{"nameserver", "nameserver a", "nameserver a! 127.0.0.1:53", "nameserver a 127.0.0.1", "nameserver a 127.0.0.1:53-54",
				"nameserver a tcp@127.0.0.1:53 nonsense", "nameserver a /run/dns"},
			compileNameserver),
		keyword("parse-resolv-conf", "", "Adds the name servers of /etc/resolv.conf.",
			nil, nil, compileResolvConf),
	)
}

func compileNameserver(c *registry.Compiler, st *ast.Statement) {
	name, w := word(st, 1), word(st, 2)
	if len(st.Words) < 3 || w.Text == "" {
		c.Alert(w, "'nameserver' expects <name> and <addr>[:<port>] as arguments.")
		return
	}
	if b, at := registry.OddByte(name.Text); at >= 0 {
		c.AlertAt(name.At(at, 1), "character '%c' is not permitted in server name '%s'.", b, name.Text)
		return
	}
	if name.Text == "" {
		c.Alert(name, "'nameserver' expects <name> and <addr>[:<port>] as arguments.")
		return
	}
	r, pos := c.Resolvers, st.Pos()
	if first, ok := r.Named[name.Text]; ok {
		c.Diags.Config(diag.Alert, "Parsing [%s:%d]: nameserver '%s' has same name as another nameserver (declared at %s:%d).",
			pos.File, pos.Line, name.Text, first.File, first.Line).Pos = name.Pos
		return
	}
	a, err := value.ParseAddr(w.Text, value.ForNameserver, c.Env)
	if err != nil {
		at := *w
		if e, ok := err.(*value.Error); ok && e.Off < len(w.Text) {
			at.Pos = w.At(e.Off, max(e.Len, 1))
		}
		c.Alert(&at, "'nameserver %s' : %s", name.Text, err)
		return
	}
	if !a.IsIP() {
		c.Diags.Config(diag.Alert, "resolvers '%s': can't create socket for nameserver '%s'.", r.Name, name.Text).Pos = w.Pos
		return
	}
	ip, err := address.Resolve(a, w.Text)
	if err != nil {
		c.Alert(w, "'nameserver %s' : %s", name.Text, err)
		return
	}
	n := &resolver.Nameserver{Name: name.Text, Addr: netip.AddrPortFrom(orLoopback(ip), uint16(a.Port)), TCP: a.Transport == value.Stream}
	if n.TCP && !stream(c, st, n) {
		return
	}
	r.Named[name.Text] = pos
	r.Add(n)
}

// orLoopback is this machine for the address that means any.
func orLoopback(ip netip.Addr) netip.Addr {
	switch {
	case !ip.IsUnspecified():
		return ip
	case ip.Is4():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
}

// stream reads the options of a name server that is asked over TCP.
func stream(c *registry.Compiler, st *ast.Statement, n *resolver.Nameserver) bool {
	s, ok := server.Nameserver(c, st, c.Resolvers.Name)
	if !ok {
		return false
	}
	n.MaxConn = s.MaxConn
	if s.Source != nil {
		n.Source = s.Source.Addr
	}
	if s.SSL.On {
		secure(c, s, n)
	}
	return true
}

// secure adds TLS once the defaults of the global section are known.
func secure(c *registry.Compiler, s *core.Server, n *resolver.Nameserver) {
	section := c.Resolvers.Name
	c.Later(registry.Check, func() {
		if !server.BuildTLS(c, s, "") {
			c.Diags.Config(diag.Alert, "unable to prepare SSL for server '%s' in resolvers section '%s'.", s.Name, section).Pos = s.Pos
			return
		}
		name := nameOf(s)
		n.Wrap = func(ctx context.Context, conn net.Conn) (net.Conn, error) {
			return s.SSL.Wrap(ctx, conn, name, nil)
		}
	})
}

// nameOf is the name to ask a name server for within TLS: that of "sni", which can
// only be a constant where there is no stream, or else of "verifyhost".
func nameOf(s *core.Server) string {
	if e := s.SSL.SNI; e != nil {
		if name, ok := strings.CutPrefix(e.Text(), "str("); ok && strings.IndexByte(name, ')') == len(name)-1 {
			return name[:len(name)-1]
		}
	}
	return s.SSL.Host
}
