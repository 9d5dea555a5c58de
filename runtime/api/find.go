package api

import (
	"strconv"
	"strings"

	"gohap/runtime/core"
)

// proxy finds a proxy that has the capability by its name, or by "#" and its
// id; nil without one.
func (c *Call) proxy(name string, caps core.Capability) *core.Proxy {
	g := c.process.Graph()
	if id, ok := strings.CutPrefix(name, "#"); ok {
		for _, p := range g.Proxies {
			if p.Has(caps) && strconv.Itoa(p.ID) == id {
				return p
			}
		}
		return nil
	}
	switch caps {
	case core.Frontend:
		return g.Frontends[name]
	case core.Backend:
		return g.Backends[name]
	}
	for _, p := range g.Proxies {
		if p.Name == name && p.Has(caps) {
			return p
		}
	}
	return nil
}

// frontend is the frontend that the first argument names; nil after an answer
// that there is none.
func (c *Call) frontend() *core.Proxy {
	if c.Arg(0) == "" {
		c.Fail("A frontend name is expected.\n")
		return nil
	}
	p := c.proxy(c.Arg(0), core.Frontend)
	if p == nil {
		c.Fail("No such frontend.\n")
	}
	return p
}

// server is the server that the first argument names, as "backend/server";
// nil after an answer that there is none.
func (c *Call) server() *core.Server {
	backend, name, ok := strings.Cut(c.Arg(0), "/")
	if !ok || name == "" {
		c.Fail("Require 'backend/server'.\n")
		return nil
	}
	p := c.proxy(backend, core.Backend)
	if p == nil {
		c.Fail("No such backend.\n")
		return nil
	}
	id, byID := strings.CutPrefix(name, "#")
	for _, s := range p.Fleet().Servers {
		if byID && strconv.Itoa(s.ID) == id || !byID && s.Name == name {
			return s
		}
	}
	c.Fail("No such server.\n")
	return nil
}

// backends calls f for the backend that the first argument names, or for all
// without one. It reports false after an answer that there is none.
func (c *Call) backends() ([]*core.Proxy, bool) {
	if name := c.Arg(0); name != "" {
		p := c.proxy(name, core.Backend)
		if p == nil {
			c.Fail("Can't find backend.\n")
			return nil, false
		}
		return []*core.Proxy{p}, true
	}
	var all []*core.Proxy
	for _, p := range c.process.Graph().Proxies {
		if p.Has(core.Backend) && !p.Disabled {
			all = append(all, p)
		}
	}
	return all, true
}
