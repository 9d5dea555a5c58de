package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		onFrontend("enable frontend", "listen again after 'disable frontend'", func(c *Call, p *core.Proxy) {
			switch {
			case p.State.Stopped.Load():
				c.Fail("Frontend was previously shut down, cannot enable.\n")
			case !c.process.ResumeFrontend(p):
				c.Note("All sockets are already enabled.\n")
			}
		}),
		onFrontend("disable frontend", "stop listening until 'enable frontend'", func(c *Call, p *core.Proxy) {
			switch {
			case p.State.Stopped.Load():
				c.Note("Frontend was previously shut down, cannot disable.\n")
			case !c.process.PauseFrontend(p):
				c.Note("All sockets are already disabled.\n")
			}
		}),
		onFrontend("shutdown frontend", "stop listening for good", func(c *Call, p *core.Proxy) {
			if !c.process.StopFrontend(p) {
				c.Note("Frontend was already shut down.\n")
			}
		}),
	)
}

// onFrontend is a command for administrators about the frontend that it names.
func onFrontend(name, doc string, f func(*Call, *core.Proxy)) *Command {
	return &Command{
		Keyword: registry.Keyword{Name: name, Usage: "<frontend>", Manual: "9.3", Doc: doc},
		Level:   core.Admin,
		Run: func(c *Call) {
			if p := c.frontend(); p != nil {
				f(c, p)
			}
		},
	}
}
