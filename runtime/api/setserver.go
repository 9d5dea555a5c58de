package api

import (
	"gohap/health"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "set server", Usage: "<bk>/<srv> [opts]", Manual: "9.3",
			Doc: "change a server's state, weight, health or agent"},
		Level: core.Admin, Run: (*Call).setServer,
	})
}

func (c *Call) setServer() {
	s := c.server()
	if s == nil {
		return
	}
	switch c.Arg(1) {
	case "state":
		c.setState(s)
	case "weight":
		c.setWeight(s, c.Arg(2))
	case "health":
		c.setHealth(s)
	case "agent":
		c.setAgent(s)
	case "addr":
		c.setAddr(s)
	case "check-addr", "check-port":
		c.setCheckTarget(s)
	case "agent-addr", "agent-port", "agent-send":
		c.setAgentTarget(s)
	case "fqdn":
		c.setName(s)
	case "ssl":
		c.Fail("'set server <srv> ssl' cannot be set.  default-server should define ssl settings\n")
	default:
		c.Fail("usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | " +
			"check-addr | check-port | fqdn | health | ssl | state | weight\n")
	}
}

func (c *Call) setState(s *core.Server) {
	switch c.Arg(2) {
	case "ready":
		s.Health.Ready()
	case "drain":
		s.Health.Drain()
	case "maint":
		s.Health.Disable()
	default:
		c.Fail("'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n")
	}
}

func (c *Call) setHealth(s *core.Server) {
	states := map[string]health.State{"up": health.Running, "stopping": health.Stopping, "down": health.Stopped}
	next, ok := states[c.Arg(2)]
	switch {
	case s.Track != "":
		c.Fail("cannot change health on a tracking server.\n")
	case !ok:
		c.Fail("'set server <srv> health' expects 'up', 'stopping', or 'down'.\n")
	default:
		s.Health.SetHealth(next)
	}
}

func (c *Call) setAgent(s *core.Server) {
	up := c.Arg(2) == "up"
	switch {
	case s.Health.Stats().Agent == nil:
		c.Fail("agent checks are not enabled on this server.\n")
	case !up && c.Arg(2) != "down":
		c.Fail("'set server <srv> agent' expects 'up' or 'down'.\n")
	default:
		s.Health.SetAgent(up)
	}
}
