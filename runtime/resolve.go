package runtime

import (
	"fmt"
	"net/netip"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/resolver"
	"gohap/runtime/section/server"
)

// followNames puts servers without an address in maintenance, and has those with
// "resolvers" follow their names once the instance starts.
func (i *Instance) followNames() {
	for _, p := range i.graph.Proxies {
		if p.Disabled {
			continue
		}
		for _, s := range p.Servers {
			if s.Addr.Kind == value.Host && s.Dial.Load() == nil {
				s.Naming.Unresolved = true
				s.Health.StartUnresolved()
			}
			if s.Section != nil {
				i.followName(p, s)
			}
		}
	}
}

func (i *Instance) followName(p *core.Proxy, s *core.Server) {
	o := &s.Resolve
	s.Host = &resolver.Host{
		Server: &named{i, s}, Group: p,
		IPv4: o.IPv4, Nets: o.Nets, AllowDup: o.AllowDup, IgnoreWeight: o.IgnoreWeight,
	}
	if s.Addr.Kind == value.Host {
		s.Section.Follow(s.Host, s.Addr.Host, s.Naming.Name, s.Naming.Port)
	}
}

// startResolvers begins the look-ups, stopResolvers ends them.
func (i *Instance) startResolvers() {
	for _, r := range i.graph.Resolvers {
		r.Start()
	}
}

func (i *Instance) stopResolvers() {
	for _, r := range i.graph.Resolvers {
		r.Close()
	}
}

// Unreachable implements [health.Hooks]. The look-up must not wait for the lock
// that the caller holds.
func (h *hooks) Unreachable() {
	if s := h.server; s.Host != nil {
		go s.Section.Refresh(s.Host)
	}
}

// named is a server as its name sees it.
type named struct {
	i *Instance
	s *core.Server
}

var _ resolver.Server = (*named)(nil)

// Addr implements [resolver.Server].
func (n *named) Addr() netip.Addr {
	if ep := n.s.Dial.Load(); ep != nil {
		return ep.Options.Addr.Addr()
	}
	return netip.Addr{}
}

// Move implements [resolver.Server].
func (n *named) Move(to netip.Addr, by string) {
	from := "(none)"
	if a := n.Addr(); a.IsValid() {
		from = a.String()
	}
	n.s.Mu.Lock()
	n.dial(to, n.port())
	n.s.Mu.Unlock()
	n.tell(fmt.Sprintf("%s/%s changed its IP from %s to %s by %s.", n.s.Proxy.Name, n.s.Name, from, to, by), true)
}

// port is the server's port, or what is added to the client's.
func (n *named) port() uint16 {
	if ep := n.s.Dial.Load(); ep != nil && !ep.ClientPort {
		return ep.Options.Addr.Port()
	}
	return n.s.Naming.Port
}

// dial has connections and checks go to an address and port from now on. The
// server's Mu is held.
func (n *named) dial(ip netip.Addr, port uint16) {
	s := n.s
	next := server.Endpoint(s, ip)
	if now := s.Dial.Load(); now != nil {
		next.ClientPort, next.PortOffset = now.ClientPort, now.PortOffset
	}
	if s.SRV() != "" {
		next.ClientPort, next.PortOffset = false, 0
	}
	if !next.ClientPort {
		next.Options.Addr = netip.AddrPortFrom(ip, port)
	}
	s.Dial.Store(next)
	s.Naming.Port = port
	s.Idle.Only(next.LeadsTo())
	s.Shared.Close()
	process{n.i}.Retarget(s)
}

// Found implements [resolver.Server].
func (n *named) Found(name string, answer bool) {
	if n.s.Health.Resolved(name) && answer {
		n.tell(fmt.Sprintf("Server %s/%s administratively READY thanks to valid DNS answer.", n.s.Proxy.Name, n.s.Name), true)
	}
}

// Lost implements [resolver.Server].
func (n *named) Lost(why string) {
	n.s.Health.Unresolved(why)
	n.s.Mu.Lock()
	defer n.s.Mu.Unlock()
	n.s.Naming.Port, n.s.Naming.Unresolved = n.port(), true
	n.s.Dial.Store(nil)
}

// Rename implements [resolver.Server].
func (n *named) Rename(name string) {
	n.s.Mu.Lock()
	was := n.s.Naming.Name
	n.s.Naming.Name, n.s.Naming.Renamed = name, true
	n.s.Mu.Unlock()
	if was == "" {
		was = "(null)"
	}
	if name != "" {
		n.tell(fmt.Sprintf("%s/%s changed its FQDN from %s to %s by 'SRV record'", n.s.Proxy.Name, n.s.Name, was, name), false)
	}
}

// Place implements [resolver.Server].
func (n *named) Place(port uint16, weight int) {
	n.s.Mu.Lock()
	if ep := n.s.Dial.Load(); ep == nil {
		n.s.Naming.Port = port
	} else if ep.Options.Addr.Port() != port || ep.ClientPort {
		n.dial(ep.Options.Addr.Addr(), port)
	}
	n.s.Mu.Unlock()
	if weight >= 0 && weight != n.s.Health.UserWeight() {
		n.s.Health.SetWeight(weight) // even what the runtime API has set
	}
}

// tell writes a message to the backend's log targets, and perhaps to stderr.
func (n *named) tell(text string, say bool) {
	if say {
		n.i.say(diag.Warning, text)
	}
	if l := n.s.Proxy.Logger; l != nil {
		l.Log(logs.Notice, []byte(text))
	}
}
