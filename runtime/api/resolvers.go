package api

import (
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show resolvers", Usage: "[id]", Manual: "9.3",
			Doc: "show what the name servers of resolvers sections have answered"},
		Level: lowest, Run: (*Call).showResolvers,
	})
}

func (c *Call) showResolvers() {
	all := c.process.Graph().Resolvers
	if name := c.Arg(0); name != "" {
		var one []*core.Resolvers
		for _, r := range all {
			if r.Name == name {
				one = append(one, r)
			}
		}
		if all = one; len(all) == 0 {
			c.Fail("Can't find that resolvers section\n")
			return
		}
	}
	for _, r := range all {
		c.Printf("Resolvers section %s\n", r.Name)
		for _, n := range r.Stats() {
			c.Printf(" nameserver %s:\n", n.Name)
			values := n.Counters.Values()
			for i, name := range resolver.CounterNames {
				c.Printf("  %-12s %d\n", name+":", values[i])
			}
		}
	}
}

// setName has a server follow another name.
func (c *Call) setName(s *core.Server) {
	name := c.Arg(2)
	const by = " by 'stats socket command'\n"
	switch {
	case name == "":
		c.Fail("set server <b>/<s> fqdn requires a FQDN.\n")
		return
	case s.Host == nil:
		c.Fail("set server <b>/<s> fqdn failed because no resolution is configured.\n")
		return
	case s.SRV() != "":
		c.Fail("set server <b>/<s> fqdn failed because SRV resolution is configured.\n")
		return
	}
	if strings.ContainsFunc(name, odd) {
		c.Warn("invalid fqdn '" + name + "'" + by)
		return
	}
	s.Mu.Lock()
	was := s.Naming.Name
	ok := resolver.ValidName(name)
	if ok && name != was {
		s.Naming.Name = name
	}
	s.Mu.Unlock()
	switch {
	case !ok:
		c.Warn("could not update " + s.Proxy.Name + "/" + s.Name + " FQDN" + by)
		return
	case name == was:
		c.Warn("no need to change the FDQN" + by)
		return
	case was == "":
		was = "(null)"
	}
	s.Section.SetName(s.Host, name)
	c.Warn(s.Proxy.Name + "/" + s.Name + " changed its FQDN from " + was + " to " + name + by)
}

// odd reports whether HAProxy does not take a letter of a name.
func odd(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
}
