package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		onServer("enable server", " (DEPRECATED)", "end a server's maintenance, as 'set server' does",
			func(_ *Call, s *core.Server) { s.Health.Enable() }),
		onServer("disable server", "(DEPRECATED)", "take a server out for maintenance, as 'set server' does",
			func(_ *Call, s *core.Server) { s.Health.Disable() }),
		onServer("enable health", "", "go on with the health checks of a server", func(c *Call, s *core.Server) {
			if !s.Health.EnableCheck(true) {
				c.Fail("Health check was not configured on this server, cannot enable.\n")
			}
		}),
		onServer("disable health", "", "stop the health checks of a server",
			func(_ *Call, s *core.Server) { s.Health.EnableCheck(false) }),
		onServer("enable agent", "", "go on with the agent checks of a server", func(c *Call, s *core.Server) {
			if !s.Health.EnableAgent(true) {
				c.Fail("Agent was not configured on this server, cannot enable.\n")
			}
		}),
		onServer("disable agent", "", "stop the agent checks of a server",
			func(_ *Call, s *core.Server) { s.Health.EnableAgent(false) }),
	)
}

// onServer is a command for administrators about the server that it names.
func onServer(name, usage, doc string, f func(*Call, *core.Server)) *Command {
	return &Command{
		Keyword: registry.Keyword{Name: name, Usage: usage, Manual: "9.3", Doc: doc},
		Level:   core.Admin,
		Run: func(c *Call) {
			if s := c.server(); s != nil {
				f(c, s)
			}
		},
	}
}
