package sample

import (
	"fmt"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// present gives an argument that means a proxy, and may be left out, the present
// one.
func present(c *registry.Compiler, a *registry.Arg) {
	need, what := core.Frontend, "frontend"
	switch a.Kind {
	case registry.ArgFrontend:
	case registry.ArgBackend:
		need, what = core.Backend, "backend"
	default:
		return
	}
	if a.Proxy = c.Proxy; c.Proxy == nil || c.Proxy.Caps&need != 0 {
		return
	}
	c.Later(registry.Resolve, func() {
		if a.Text == "" {
			a.Alert(c, "proxy '%s', referenced in %s in proxy '%s', has not %s capability", c.Proxy.Name, a.Place, c.Proxy.Name, what)
		}
	})
}

// resolveLater looks what an argument names up when all sections have been read.
func resolveLater(c *registry.Compiler, a *registry.Arg) {
	switch a.Kind {
	case registry.ArgFrontend, registry.ArgBackend:
		if a.Text == "" {
			return // the default
		}
		fallthrough
	case registry.ArgTable:
		if a.Text == "" {
			a.Text = proxyName(c)
		}
		fallthrough
	case registry.ArgServer, registry.ArgUserlist:
		c.Later(registry.Resolve, func() {
			if msg := resolve(c, a); msg != "" {
				a.Alert(c, "%s", msg)
			}
		})
	}
}

// resolve looks the name up and returns a complaint when there is none of it.
func resolve(c *registry.Compiler, a *registry.Arg) string {
	referenced := fmt.Sprintf("referenced in %s in proxy '%s'", a.Place, proxyName(c))
	switch a.Kind {
	case registry.ArgFrontend:
		if a.Proxy = c.Graph.Frontends[a.Text]; a.Proxy == nil {
			return fmt.Sprintf("unable to find frontend '%s' %s", a.Text, referenced)
		}
	case registry.ArgBackend:
		if a.Proxy = c.Graph.Backends[a.Text]; a.Proxy == nil {
			return fmt.Sprintf("unable to find backend '%s' %s", a.Text, referenced)
		}
	case registry.ArgTable:
		p := c.Graph.Tables[a.Text]
		if p == nil {
			return fmt.Sprintf("unable to find table '%s' %s", a.Text, referenced)
		}
		a.Table = p.Table
	case registry.ArgUserlist:
		if a.Text == "" {
			return fmt.Sprintf("missing userlist name in %s in proxy '%s'", a.Place, proxyName(c))
		}
		if a.Users = c.Graph.Userlists[a.Text]; a.Users == nil {
			return fmt.Sprintf("unable to find userlist '%s' %s", a.Text, referenced)
		}
	case registry.ArgServer:
		if a.Text == "" {
			return fmt.Sprintf("missing server name in %s in proxy '%s'", a.Place, proxyName(c))
		}
		px, name := c.Proxy, a.Text
		if be, s, ok := strings.Cut(a.Text, "/"); ok {
			if px, name = c.Graph.Backends[be], s; px == nil {
				return fmt.Sprintf("unable to find proxy '%s' %s", be, referenced)
			}
		}
		if a.Server = findServer(px, name); a.Server == nil {
			where := proxyName(c)
			if px != nil {
				where = px.Name
			}
			return fmt.Sprintf("unable to find server '%s' in proxy '%s', %s", name, where, referenced)
		}
	}
	return ""
}

func proxyName(c *registry.Compiler) string {
	if c.Proxy == nil {
		return ""
	}
	return c.Proxy.Name
}

func findServer(p *core.Proxy, name string) *core.Server {
	if p == nil {
		return nil
	}
	for _, s := range p.Servers {
		if s.Name == name {
			s.Pinned = true
			return s
		}
	}
	return nil
}
