package section

import (
	"maps"
	"slices"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/proxy"
	"gohap/runtime/section/server"
)

// state is what proxy sections remember of earlier ones. It lives in the
// compiler's Sections field.
type state struct {
	// last is the defaults section that unnamed references mean, named those
	// with a name.
	last  *core.Proxy
	named map[string]*core.Proxy
	// explicit tells that a proxy used "from", after which HAProxy refuses
	// to guess.
	nextID int
	// users are the capabilities of the proxies that use a defaults section.
	users map[*core.Proxy]core.Capability
	// wrong tells that a line of any section was wrong.
	wrong bool
}

func stateOf(c *registry.Compiler) *state {
	if c.Sections == nil {
		st := &state{named: map[string]*core.Proxy{}, users: map[*core.Proxy]core.Capability{}, nextID: 1}
		c.Sections = st
		c.Later(registry.Resolve, func() { st.wrong = c.Diags.Failed() })
	}
	return c.Sections.(*state)
}

// initial returns the settings that hold before any defaults section.
func initial() core.Settings {
	return core.Settings{
		Retries:           3,
		MaxKeepAliveQueue: -1,
		RetryOn:           core.RetryConnFailure,
		DefaultServer:     core.DefaultServerSettings(),
		Opt:               core.OptKeepAlive,
	}
}

// inherit copies settings so that changing the copy leaves the original.
func inherit(s *core.Settings) core.Settings {
	n := *s
	n.Errors = maps.Clone(s.Errors)
	for i := range n.Rules {
		n.Rules[i] = slices.Clip(n.Rules[i])
	}
	n.Logs = slices.Clip(n.Logs)
	n.Switch = slices.Clip(n.Switch)
	n.MonitorFail = slices.Clip(n.MonitorFail)
	n.RequestCaptures = slices.Clip(n.RequestCaptures)
	n.ResponseCaptures = slices.Clip(n.ResponseCaptures)
	n.Stats = n.Stats.Clone()
	n.Check = n.Check.Clone()
	return n
}

// split reads a header line: an optional or required name, "from" and the name
// of a defaults section.
func split(c *registry.Compiler, s *ast.Section) (name *ast.Word, from *core.Proxy) {
	args := s.Args()
	st := stateOf(c)
	from = st.last
	if len(args) > 0 && args[0].Text != "from" {
		name = &args[0]
		args = args[1:]
	}
	if len(args) == 0 {
		return name, from
	}
	if args[0].Text != "from" {
		if name != nil && s.Keyword() != "defaults" && len(args) > 0 && oldListenAddress(args[0].Text) {
			return name, from
		}
		if s.Keyword() != "defaults" {
			c.Alert(&args[0], "please use the 'bind' keyword for listening addresses.")
			return name, from
		}
		c.Alert(&args[0], "'%s' cannot handle unexpected argument '%s'.", s.Keyword(), args[0].Text)
		return name, from
	}
	if len(args) < 2 {
		c.Alert(&args[0], "'from' expects the name of a 'defaults' section after it.")
		return name, from
	}
	d, ok := st.named[args[1].Text]
	if !ok {
		c.Alert(&args[1], "defaults section '%s' not found for %s '%s'.", args[1].Text, s.Keyword(), textOf(name))
		return name, from
	}
	if len(args) > 2 {
		c.Alert(&args[2], "'%s' cannot handle unexpected argument '%s'.", s.Keyword(), args[2].Text)
	}
	return name, d
}

func textOf(w *ast.Word) string {
	if w == nil {
		return ""
	}
	return w.Text
}

func beginDefaults(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	st := stateOf(c)
	name, from := split(c, s)
	p := &core.Proxy{Kind: "defaults", Caps: core.Frontend | core.Backend | core.Defaults, Pos: s.Header.Pos(), Name: textOf(name)}
	p.Settings = initial()
	if len(s.Args()) > 0 && from != nil && from != st.last || hasFrom(s) {
		if from != nil {
			p.Settings = inherit(&from.Settings)
			mayInherit(c, from, p)
		}
	}
	st.last = p
	if name != nil {
		if old, ok := st.named[name.Text]; ok {
			c.Warn(name, "defaults section '%s' (declared at %s:%d) redefined.", name.Text, old.Pos.File, old.Pos.Line)
		}
		st.named[name.Text] = p
	}
	c.Proxy = p
	return Line
}

func hasFrom(s *ast.Section) bool {
	for _, w := range s.Args() {
		if w.Text == "from" {
			return true
		}
	}
	return false
}

var caps = map[string]core.Capability{
	"frontend": core.Frontend,
	"backend":  core.Backend,
	"listen":   core.Frontend | core.Backend,
}

func beginProxy(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	st := stateOf(c)
	name, from := split(c, s)
	p := &core.Proxy{Kind: s.Keyword(), Caps: caps[s.Keyword()], Pos: s.Header.Pos(), Name: textOf(name), ID: st.nextID}
	st.nextID++
	p.Settings = initial()
	if from != nil {
		p.Settings = inherit(&from.Settings)
		mayInherit(c, from, p)
	}
	p.ACLs = map[string]any{}
	c.Proxy = p
	if name == nil {
		c.Alert(&s.Header.Words[0], "'%s' expects an <id> argument", s.Keyword())
		return Line
	}
	checkName(c, name, s.Keyword())
	enter(c, p, name)
	c.Graph.Proxies = append(c.Graph.Proxies, p)
	listenAddress(c, s)
	return Line
}

// checkName reports a character that names may not have.
func checkName(c *registry.Compiler, name *ast.Word, kind string) {
	if b, at := registry.OddByte(name.Text); at >= 0 {
		c.AlertAt(name.At(at, 1), "character '%c' is not permitted in '%s' name '%s'.", b, kind, name.Text)
	}
}

// enter files p under its name, once a side: a frontend and a backend may share
// a name, two of a side may not.
func enter(c *registry.Compiler, p *core.Proxy, name *ast.Word) {
	var other *core.Proxy
	if p.Has(core.Backend) {
		if other = c.Graph.Backends[p.Name]; other == nil {
			c.Graph.Backends[p.Name] = p
		}
	}
	if p.Has(core.Frontend) {
		if o := c.Graph.Frontends[p.Name]; o == nil {
			c.Graph.Frontends[p.Name] = p
		} else {
			other = o
		}
	}
	if other == nil {
		return
	}
	d := c.Diags.Config(diag.Alert, "Parsing [%s:%d]: %s '%s' has the same name as %s '%s' declared at %s:%d.",
		name.Pos.File, name.Pos.Line, p, p.Name, other, other.Name, other.Pos.File, other.Pos.Line)
	d.Pos, d.Source = name.Pos, c.Statement.Source
}

func endProxy(c *registry.Compiler, _ *ast.Section) {
	if len(c.Graph.Proxies) == 1 && c.Graph.Proxies[0] == c.Proxy {
		c.Later(registry.Resolve, func() { number(c.Graph) })
	}
	st := stateOf(c)
	c.Later(registry.Check, func() {
		if st.wrong {
			server.Duplicates(c, c.Proxy)
			// HAProxy goes no further; what is missing may be in a wrong line.
			proxy.ResolveDefault(c, c.Proxy)
			return
		}
		checkProxy(c, c.Proxy)
	})
}
