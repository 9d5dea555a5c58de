package runtime

import (
	"os"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/server"
	"gohap/stats"
)

// build makes what traffic needs of a graph that has been read and resolved:
// counters, balancers, servers' states. It opens nothing.
func (i *Instance) build(c *registry.Compiler) {
	g := i.graph.Global
	if c.Diags.Failed() {
		return
	}
	i.graph.Patterns.Number()
	if i.options.NoSplice {
		g.NoSplice = true
	}
	if i.options.NoEpoll {
		g.NoEpoll = true
	}
	g.NbThread = g.Threads()
	i.done = make(chan struct{})
	i.process = stats.NewProcess(g.NbThread)
	i.checks = health.New(health.Options{
		SpreadChecks: g.SpreadChecks, MaxSpreadChecks: g.MaxSpreadChecks, Notifier: notifier{i}, Node: i.node(), Dialer: dialer{},
	})
	for _, p := range i.graph.Proxies {
		i.buildProxy(c, p)
	}
	for _, p := range i.graph.Proxies {
		i.resolveTracks(c, p)
	}
	i.loadStates(c)
	i.buildPeers()
	i.followNames()
}

// node is the name of this process among others.
func (i *Instance) node() string {
	if n := i.graph.Global.Node; n != "" {
		return n
	}
	h, _ := os.Hostname()
	return h
}

func (i *Instance) buildProxy(c *registry.Compiler, p *core.Proxy) {
	threads := i.graph.Global.NbThread
	if p.Has(core.Frontend) {
		p.FE = stats.NewFrontend(threads)
		number(p)
		if p.Is(core.OptSocketStats) {
			for _, l := range p.Listeners {
				l.Stats = stats.NewListener(threads)
			}
		}
	}
	if p.Has(core.Backend) || p.Stats != nil {
		p.BE = stats.NewBackend(threads)
		p.BE.Health.Reset(conn.Now()+1, false)
	}
	if p.Direct != nil {
		i.buildDirect(p)
	}
	if !p.Has(core.Backend) {
		return
	}
	p.BalanceKey = balanceKey(p)
	p.Balance.AllBackups = p.Is(core.OptAllBackups)
	p.Health = i.checks.Backend(health.BackendConfig{
		Name: p.Name, Listen: p.Kind == "listen", LogHealthChecks: p.Is(core.OptLogHealthChecks),
		Static: !p.Balance.Dynamic(), DisableOn404: p.Check.DisableOn404,
	})
	if len(p.Servers) == 0 {
		return
	}
	for n, s := range p.Servers {
		s.Index = n
		i.buildServer(p, s)
	}
	p.Assemble()
	if p.UseDynamicCookies(p.DynamicCookie); p.EqualCookies() {
		c.Diags.Config(diag.Warning, "We generated two equal cookies for two different servers.\nPlease change the secret key for '%s'.", p.Name)
	}
}

// buildServer makes what a server needs at run time.
func (i *Instance) buildServer(p *core.Proxy, s *core.Server) {
	s.Proxy = p
	s.Stats = stats.NewServer(i.graph.Global.NbThread)
	s.Idle.Max = s.PoolMaxConn
	s.Limit.Store(int64(s.MaxConn))
	s.Health = p.Health.Server(i.serverConfig(p, s), &hooks{server: s})
}

// buildDirect makes the server that stands for what a backend without servers
// connects to. It is always up, and shown nowhere.
func (i *Instance) buildDirect(p *core.Proxy) {
	s := p.Direct
	s.Stats = stats.NewServer(i.graph.Global.NbThread)
	s.Idle.Max = s.PoolMaxConn
	s.Health = i.checks.Backend(health.BackendConfig{Name: p.Name, Static: true}).Server(health.ServerConfig{Name: s.Name, Weight: 1}, nil)
	if p.Is(core.OptTransparent) {
		s.Dial.Store(&core.Endpoint{ClientAddr: true, ClientPort: true})
		return
	}
	s.Dial.Store(server.Endpoint(s, s.Addr.IP))
}

// number gives the listeners that have no id of their own the lowest free ones.
func number(p *core.Proxy) {
	taken := map[int]bool{}
	for _, l := range p.Listeners {
		taken[l.ID] = true
	}
	next := 1
	for _, l := range p.Listeners {
		if l.ID != 0 {
			continue
		}
		for taken[next] {
			next++
		}
		l.ID, taken[next] = next, true
	}
}

// resolveTracks ties servers with "track" to those they follow.
func (i *Instance) resolveTracks(c *registry.Compiler, p *core.Proxy) {
	for _, s := range p.Servers {
		if s.Track == "" {
			continue
		}
		t := i.server(p, s.Track)
		if t == nil {
			c.Diags.Config(0, "backend '%s', server '%s': unable to find required server '%s' for tracking.", p.Name, s.Name, s.Track).Pos = s.Pos
			continue
		}
		if err := s.Health.Track(t.Health); err != nil {
			c.Diags.Config(0, "backend '%s', server '%s': %s", p.Name, s.Name, err).Pos = s.Pos
		}
	}
}
