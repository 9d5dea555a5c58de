// Package peers holds the keywords of "peers" sections (configuration.txt 3.5).
// Importing it registers them.
package peers

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/peers"
	"gohap/runtime/registry"
	"gohap/runtime/section/server"
)

// unnamed is what messages call the section's proxy before the line of the local
// peer.
const unnamed = "(null)"

// Begin starts the section of the given name.
func Begin(c *registry.Compiler, name *ast.Word) {
	pos := c.Statement.Pos()
	p := &core.Proxy{Kind: "peers", Caps: core.Frontend | core.Backend, Name: unnamed, Pos: pos, ACLs: map[string]any{}}
	p.DefaultServer = core.DefaultServerSettings()
	local := c.Global().LocalName()
	s := &core.Peers{Section: &peers.Section{Name: name.Text, Local: local}, Pos: pos, Proxy: p}
	c.Peers, c.Proxy = s, p
	if old := c.Graph.FindPeers(name.Text); old != nil {
		c.Diags.Config(diag.Alert, "Parsing [%s:%d]: peers section '%s' has the same name as another peers section declared at %s:%d.",
			pos.File, pos.Line, name.Text, old.Pos.File, old.Pos.Line).Pos = name.Pos
	}
	c.Graph.Peers = append(c.Graph.Peers, s)
	c.Later(registry.Resolve, func() { s.Wrong = c.Diags.Failed() })
}

// End looks at the section as a whole, once all others have been read.
func End(c *registry.Compiler) {
	s := c.Peers
	if s == nil {
		return
	}
	c.Later(registry.Check, func() {
		switch {
		case s.Disabled, s.Wrong:
		case s.Own == nil:
			c.Diags.Config(diag.Warning, "Removing incomplete section 'peers %s' (no peer named '%s').", s.Name, s.Local).Pos = s.Pos
		default:
			check(c, s)
			return
		}
		s.Disabled, s.Proxy.Listeners = true, nil
	})
}

// check looks at the TLS of a section that is used.
func check(c *registry.Compiler, s *core.Peers) {
	server.PeerTLS(c, s.Proxy.Servers)
	listens := len(s.Proxy.Listeners) > 0 && s.Proxy.Listeners[0].SSL != nil && s.Proxy.Listeners[0].SSL.On
	if listens == s.Own.SSL.On {
		return
	}
	is, has := "non-SSL", "SSL"
	if listens {
		is, has = has, is
	}
	at := s.Own.Pos
	if len(s.Proxy.Listeners) > 0 {
		at = s.Proxy.Listeners[0].Pos
	}
	c.Diags.Config(diag.Warning, "Peers section '%s': local peer have a %s listener and a %s server configured at line %s:%d.",
		s.Proxy.Name, is, has, at.File, at.Line).Pos = at
}

// keyword makes a record of a line of the section.
func keyword(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "3.5", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Peers, Dump: "-", Compile: compile,
	}
}

func init() {
	registry.Directives.Add(
		keyword("disabled", "", "Leaves the section out: its tables are not shared.", []string{"disabled"}, nil,
			func(c *registry.Compiler, _ *ast.Statement) { c.Peers.Disabled = true }),
		keyword("enabled", "", "Undoes \"disabled\".", []string{"enabled"}, nil,
			func(c *registry.Compiler, _ *ast.Statement) { c.Peers.Disabled = false }),
		log(),
		keyword("default-server", "[<option>...]", "Options of the peers that follow.",
			[]string{"default-server", "default-server ssl verify none"}, []string{"default-server nonsense"}, server.PeerDefault),
	)
}
