package api

import (
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "add server", Usage: "<bk>/<srv>", Manual: "9.3",
				Doc: "add a server to a backend, in maintenance"},
			Level: core.Admin, Run: (*Call).addServer,
		},
		&Command{
			Keyword: registry.Keyword{Name: "del server", Usage: "<bk>/<srv>", Manual: "9.3",
				Doc: "delete a server that is in maintenance"},
			Level: core.Admin, Run: (*Call).deleteServer,
		},
	)
}

func (c *Call) addServer() {
	backend, name, ok := strings.Cut(c.Arg(0), "/")
	if !ok || backend == "" || name == "" {
		c.Fail("Require 'backend/server'.")
		return
	}
	p := c.process.Graph().Backends[backend]
	switch {
	case p == nil:
		c.Fail("No such backend.")
	case p.Disabled || p.Direct != nil || !p.Balance.Dynamic():
		c.Fail("Backend must use a dynamic load balancing to support dynamic servers.")
	default:
		if err := c.process.AddServer(p, name, c.Args[1:]); err != nil {
			c.Fail(err.Error() + "\n")
			return
		}
		c.Info("New server registered.\n")
	}
}

func (c *Call) deleteServer() {
	backend, name, ok := strings.Cut(c.Arg(0), "/")
	if !ok || name == "" {
		c.Fail("Require 'backend/server'.")
		return
	}
	p := c.process.Graph().Backends[backend]
	if p == nil {
		c.Fail("No such backend.")
		return
	}
	s := p.Fleet().Find(name)
	if s == nil {
		c.Fail("No such server.")
		return
	}
	if err := c.process.DeleteServer(s); err != nil {
		c.Fail(err.Error())
		return
	}
	c.Info("Server deleted.")
}
