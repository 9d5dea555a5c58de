package server

import (
	"net/netip"
	"time"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

// endpoints finds out where the servers of a proxy are. Nothing is resolved
// when the configuration is wrong anyway.
func endpoints(c *registry.Compiler, p *core.Proxy) {
	if c.Diags.Failed() {
		return
	}
	names := map[string]netip.Addr{}
	failed := false
	for _, s := range p.Servers {
		if !locate(c, s, names) {
			failed = true
		}
	}
	if failed {
		c.Diags.Config(diag.Alert, "Failed to initialize server(s) addr.")
	}
}

// locate resolves a server's address and makes its endpoint.
func locate(c *registry.Compiler, s *core.Server, names map[string]netip.Addr) bool {
	ip := s.Addr.IP
	s.Naming.Port = uint16(s.Addr.Port)
	if s.Addr.Kind == value.Host {
		if s.SRV() == "" {
			s.Naming.Name = s.Addr.Host
		} else if s.Section != nil {
			s.Naming.Port = 0
		}
		var ok, fatal bool
		if ip, ok, fatal = initial(c, s, names); !ok {
			return !fatal
		}
	}
	s.Dial.Store(Endpoint(s, ip))
	return true
}

// Endpoint is how to connect to s, whose name stands for ip. It is for changes
// of addresses at run time as well.
func Endpoint(s *core.Server, ip netip.Addr) *core.Endpoint {
	e := &core.Endpoint{}
	o := &e.Options
	o.FastOpen = s.TFO
	o.Namespace = conn.FindNamespace([]byte(s.Namespace))
	o.UserTimeout = time.Duration(s.UserTimeout) * time.Millisecond
	switch s.Addr.Kind {
	case value.Unix:
		o.Path = s.Addr.Path
	case value.Abstract:
		o.Path, o.Abstract = s.Addr.Path, true
	case value.SockPair:
		o.SockPair = s.Addr.FD
	default:
		o.Addr = netip.AddrPortFrom(ip, uint16(s.Addr.Port))
		e.ClientAddr = ip.IsUnspecified()
		if s.Addr.Offset || s.Addr.Port == 0 {
			e.ClientPort, e.PortOffset = true, s.Addr.Port
			o.Addr = netip.AddrPortFrom(ip, 0)
		}
	}
	return e
}

// initial finds the first address of a server that has a name, as "init-addr"
// says (5.2): the state file would come first, then the resolver; "none" is a
// server that is down. fatal says that nothing was found and no method is left.
// Of a server that is looked up while traffic flows, nobody needs an address at
// the start. SRV records are no business of the system's resolver.
func initial(c *registry.Compiler, s *core.Server, names map[string]netip.Addr) (ip netip.Addr, ok, fatal bool) {
	order := methods(s.InitAddr)
	if len(order) == 0 {
		order = []string{"last", "libc"}
		if s.Section != nil {
			order = append(order, "none")
		}
	}
	at := s.Pos
	complain := func(severity diag.Severity, what, more string) {
		d := c.Diags.Config(severity, "[%s:%d] : 'server %s/%s' : %s '%s'%s.", at.File, at.Line, s.Proxy.Name, s.Name, what, s.Addr.Host, more)
		d.Pos = at
	}
	asked := false
	for _, m := range order {
		switch m {
		case "last":
		case "none":
			if asked {
				complain(diag.Warning, "could not resolve address", ", disabling server")
			}
			return ip, false, false
		case "libc":
			if s.SRV() != "" {
				continue
			}
			asked = true
			if ip, ok = lookUp(s.Addr, names); ok {
				return ip, true, false
			}
		default:
			if asked {
				complain(diag.Warning, "could not resolve address", ", falling back to configured address")
			}
			ip, _ = netip.ParseAddr(m)
			return ip, true, false
		}
	}
	switch {
	case c.Global().IgnoreUnresolved:
		if asked {
			complain(diag.Warning, "could not resolve address", ", disabling server")
		}
		return ip, false, false
	case asked:
		complain(diag.Alert, "could not resolve address", "")
	default:
		complain(diag.Alert, "no method found to resolve address", "")
	}
	return ip, false, true
}

// lookUp resolves a name once for all servers that have it.
func lookUp(a value.Addr, names map[string]netip.Addr) (netip.Addr, bool) {
	key := a.Host + string(rune('0'+a.Family))
	ip, known := names[key]
	if !known {
		ip, _ = address.Resolve(a, a.Host)
		names[key] = ip
	}
	return ip, ip.IsValid()
}
