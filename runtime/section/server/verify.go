package server

import (
	"fmt"
	"strings"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Ports tells what ports the connections of a proxy's checks name, for the
// servers without one: whether the first connection does, whether all do, and
// whether there is a "connect" rule at all.
type Ports struct{ First, All, Any bool }

// Verify checks the servers of a proxy once all sections have been read.
func Verify(c *registry.Compiler, p *core.Proxy, ports Ports) {
	Duplicates(c, p)
	for _, s := range p.Servers {
		if !s.Check || ports.All || checkPort(s) {
			continue
		}
		what := "."
		switch {
		case ports.Any && !ports.First:
			what = " nor tcp_check rule 'connect' with port information."
		case ports.Any:
			what = ", and a tcp_check rule 'connect' with no port information."
		}
		complain(c, diag.Alert, s, fmt.Sprintf("config: %s '%s': server '%s' has neither service port nor check port%s", p, p.Name, s.Name, what))
	}
	for _, s := range p.Servers {
		checkTLS(c, s)
		findSection(c, s)
		track(c, s)
		if s.TFO && p.RetryOn&(core.RetryConnFailure|core.RetryEmptyResponse|core.RetryResponseTimeout) !=
			core.RetryConnFailure|core.RetryEmptyResponse|core.RetryResponseTimeout {
			complain(c, diag.Warning, s, Where(s)+"server has tfo activated, the backend should be configured with at least 'conn-failure', "+
				"'empty-response' and 'response-timeout' or we wouldn't be able to retry the connection on failure.")
		}
		if s.Weight == 0 {
			complain(c, diag.Diag, s, Where(s)+"configured with weight of 0 will never be selected by load balancing algorithms")
		}
	}
}

// Where starts the messages about a server.
func Where(s *core.Server) string {
	return fmt.Sprintf("[%s:%d] : 'server %s/%s' : ", s.Pos.File, s.Pos.Line, s.Proxy.Name, s.Name)
}

func complain(c *registry.Compiler, severity diag.Severity, s *core.Server, message string) {
	c.Diags.Config(severity, "%s", message).Pos = s.Pos
}

// Duplicates refuses servers of the same name. Unlike the rest of [Verify] it can
// be told even where lines are wrong. Configurations with old directives come from
// a time when names could be shared: there the later server gets another name.
func Duplicates(c *registry.Compiler, p *core.Proxy) {
	seen := map[string]*core.Server{}
	for _, s := range p.Servers {
		first, ok := seen[s.Name]
		if !ok {
			seen[s.Name] = s
			continue
		}
		const same = "%s '%s', another server named '%s' was already defined at line %d, please use distinct names."
		if !c.Upgraded {
			c.Diags.Parsing(diag.Alert, s.Pos, "", same, p, p.Name, s.Name, first.Pos.Line)
			continue
		}
		old := s.Name
		s.Name = freeName(p, old)
		seen[s.Name] = s
		c.Diags.Parsing(diag.Warning, s.Pos, "", same+"\ngohap calls this server '%s'.", p, p.Name, old, first.Pos.Line, s.Name)
	}
}

// freeName is name with a number behind it, so that no server of the proxy has it.
func freeName(p *core.Proxy, name string) string {
	for n := 2; ; n++ {
		if free := fmt.Sprintf("%s-%d", name, n); find(p, free) == nil {
			return free
		}
	}
}

// checkPort reports whether checks of s know a port, or need none.
func checkPort(s *core.Server) bool {
	switch {
	case s.CheckPort != 0, s.Addr.Port != 0 && !s.Addr.Offset:
		return true
	case s.CheckAddr != value.Addr{}:
		return !s.CheckAddr.IsIP()
	}
	return s.Addr.Kind != value.IP || s.Addr.IP.IsUnspecified() // a name has no address yet
}

// track finds the server that s follows. It must have checks at the end of the
// chain, and the chain an end.
func track(c *registry.Compiler, s *core.Server) {
	if s.Track == "" {
		return
	}
	fail := func(format string, args ...any) {
		complain(c, diag.Alert, s, Where(s)+fmt.Sprintf(format, args...))
	}
	if s.Check {
		fail("unable to enable checks and tracking at the same time!")
		return
	}
	p, name := s.Proxy, s.Track
	if proxy, server, ok := strings.Cut(s.Track, "/"); ok {
		name = server
		if p = c.Graph.Backends[proxy]; p == nil {
			fail("unable to find required proxy '%s' for tracking.", proxy)
			return
		}
	}
	t := find(p, name)
	if t == nil {
		fail("unable to find required server '%s' for tracking.", name)
		return
	}
	end := t
	for n := 0; ; n++ {
		if end == s || n > 1000 {
			fail("unable to track %s/%s as it belongs to a tracking chain looping back to %s/%s.", t.Proxy.Name, t.Name, s.Proxy.Name, s.Name)
			return
		}
		next := end.Tracked
		if next == nil && end.Track != "" {
			next = target(c, end)
		}
		if next == nil {
			break
		}
		end = next
	}
	switch {
	case !end.Check && !end.Agent.Check:
		fail("unable to use %s/%s for tracking as it does not have any check nor agent enabled.", t.Proxy.Name, t.Name)
	default:
		s.Tracked, t.Pinned = t, true
	}
}

// target is the server that s is to follow, nil if there is none.
func target(c *registry.Compiler, s *core.Server) *core.Server {
	p, name := s.Proxy, s.Track
	if proxy, server, ok := strings.Cut(s.Track, "/"); ok {
		p, name = c.Graph.Backends[proxy], server
	}
	if p == nil {
		return nil
	}
	return find(p, name)
}

func find(p *core.Proxy, name string) *core.Server {
	for _, s := range p.Servers {
		if s.Name == name {
			return s
		}
	}
	return nil
}
