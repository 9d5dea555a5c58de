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
	// twice holds the first one of those that share a name.
	twice map[string]*core.Proxy
	// explicit are the ones that a header names, implicit those that proxies
	// without a name use.
	explicit, implicit map[*core.Proxy]bool
	// nextID numbers the proxies.
	nextID int
	// users are the capabilities of the proxies that use a defaults section.
	users map[*core.Proxy]core.Capability
	// wrong tells that a line of any section was wrong.
	wrong bool
}

func stateOf(c *registry.Compiler) *state {
	if c.Sections == nil {
		st := &state{named: map[string]*core.Proxy{}, twice: map[string]*core.Proxy{}, users: map[*core.Proxy]core.Capability{}, nextID: 1}
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
	n.Compression = n.Compression.Clone()
	return n
}

// defaultsHeader reads "defaults [<name>] [from <defaults section>]". HAProxy
// ignores what else is there.
func defaultsHeader(c *registry.Compiler, s *ast.Section) (name *ast.Word, from *core.Proxy) {
	args := s.Args()
	if len(args) > 0 && args[0].Text != "from" {
		name = &args[0]
		args = args[1:]
	}
	if len(args) < 2 || args[0].Text != "from" {
		return name, nil
	}
	from, _ = explicit(c, &args[1], s.Keyword(), textOf(name))
	return name, from
}

// proxyHeader reads "<kind> <name> [from <defaults section>]". Where the line is
// wrong, ok is false, and the lines of the section are in no section's.
func proxyHeader(c *registry.Compiler, s *ast.Section) (from *core.Proxy, ok bool) {
	st := stateOf(c)
	args := s.Args()
	kind := s.Keyword()
	switch {
	case len(args) == 1:
		return implicit(c, st.last), true
	case args[1].Text == "from" && len(args) > 3:
		c.Alert(&args[3], "'%s' cannot handle unexpected argument '%s'.", kind, args[3].Text)
		return st.last, false
	case args[1].Text == "from" && len(args) == 3:
		// HAProxy stops at an unknown name; here the lines below are looked at too.
		from, _ = explicit(c, &args[2], kind, args[0].Text)
		return from, true
	case oldListenAddress(args[1].Text):
		return implicit(c, st.last), true
	case kind != "backend" || len(s.Body) == 0:
		c.Alert(&args[1], "please use the 'bind' keyword for listening addresses.")
	}
	return st.last, false
}

// implicit notes that a proxy uses the last defaults section without naming it.
func implicit(c *registry.Compiler, d *core.Proxy) *core.Proxy {
	if d != nil {
		mixed(c, d, &stateOf(c).implicit, stateOf(c).explicit)
	}
	return d
}

// explicit finds the defaults section that a header names.
func explicit(c *registry.Compiler, w *ast.Word, kind, name string) (*core.Proxy, bool) {
	st := stateOf(c)
	if kind == "listen" {
		kind = "proxy"
	}
	d, ok := st.named[w.Text]
	if !ok {
		c.Alert(w, "defaults section '%s' not found for %s '%s'.", w.Text, kind, name)
		return st.last, false
	}
	if first := st.twice[w.Text]; first != nil {
		c.Alert(w, "ambiguous defaults section name '%s' referenced by %s '%s' exists at least at %s:%d and %s:%d.",
			w.Text, kind, name, first.Pos.File, first.Pos.Line, d.Pos.File, d.Pos.Line)
		return d, false
	}
	mixed(c, d, &st.explicit, st.implicit)
	return d, true
}

// mixed enters a defaults section into one set of used ones, and complains when
// it is in the other too, which is confusing and no more.
func mixed(c *registry.Compiler, d *core.Proxy, used *map[*core.Proxy]bool, other map[*core.Proxy]bool) {
	if *used == nil {
		*used = map[*core.Proxy]bool{}
	}
	(*used)[d] = true
	if other[d] {
		c.Alert(&c.Statement.Words[0], "defaults section '%s' (declared at %s:%d) is explicitly referenced by another proxy and implicitly used here."+
			" To avoid any ambiguity don't mix both usage. Add a last defaults section not explicitly used or always use explicit references.",
			d.Name, d.Pos.File, d.Pos.Line).Harmless = true
	}
}

// refuseLine is for the lines of a section whose header is wrong.
func refuseLine(c *registry.Compiler, st *ast.Statement) {
	c.Alert(&st.Words[0], "'listen' or 'defaults' expected.")
}

func textOf(w *ast.Word) string {
	if w == nil {
		return ""
	}
	return w.Text
}

func beginDefaults(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	st := stateOf(c)
	name, from := defaultsHeader(c, s)
	p := &core.Proxy{Kind: "defaults", Caps: core.Frontend | core.Backend | core.Defaults, Pos: s.Header.Pos(), Name: textOf(name)}
	p.Settings = initial()
	if from != nil {
		p.Settings = inherit(&from.Settings)
		mayInherit(c, from, p)
	}
	st.last = p
	if name != nil {
		if old := st.named[name.Text]; old != nil {
			st.twice[name.Text] = old
		}
		st.named[name.Text] = p
	}
	c.Proxy = p
	return Line
}

var caps = map[string]core.Capability{
	"frontend": core.Frontend,
	"backend":  core.Backend,
	"listen":   core.Frontend | core.Backend,
}

func beginProxy(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	st := stateOf(c)
	if len(s.Args()) == 0 {
		c.Alert(&s.Header.Words[0], "'%s' expects an <id> argument", s.Keyword())
		return func(*registry.Compiler, *ast.Statement) {}
	}
	name := &s.Args()[0]
	p := &core.Proxy{Kind: s.Keyword(), Caps: caps[s.Keyword()], Pos: s.Header.Pos(), Name: name.Text, ID: st.nextID, ACLs: map[string]any{}}
	st.nextID++
	checkName(c, name, s.Keyword())
	enter(c, p, name)
	from, ok := proxyHeader(c, s)
	p.Settings = initial()
	if from != nil {
		p.Settings = inherit(&from.Settings)
		mayInherit(c, from, p)
	}
	began := p.Settings
	c.Proxy, c.Inherited = p, &began
	c.Graph.Proxies = append(c.Graph.Proxies, p)
	if !ok {
		return refuseLine
	}
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
	if f := c.Graph.FindLogForward(p.Name); f != nil && p.Has(core.Frontend) && other == nil {
		d := c.Diags.Config(diag.Alert, "Parsing [%s:%d]: %s '%s' has the same name as log forward section '%s' declared at %s:%d.",
			name.Pos.File, name.Pos.Line, p, p.Name, f.Name, f.Pos.File, f.Pos.Line)
		d.Pos, d.Source = name.Pos, c.Statement.Source
	}
	if other == nil {
		return
	}
	d := c.Diags.Config(diag.Alert, "Parsing [%s:%d]: %s '%s' has the same name as %s '%s' declared at %s:%d.",
		name.Pos.File, name.Pos.Line, p, p.Name, other, other.Name, other.Pos.File, other.Pos.Line)
	d.Pos, d.Source = name.Pos, c.Statement.Source
}

func endProxy(c *registry.Compiler, _ *ast.Section) {
	if c.Proxy == nil {
		return // it has no name
	}
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
