package runtime

import (
	"iter"
	"net/netip"
	"os"
	goruntime "runtime"
	"strconv"
	"time"

	"gohap/health"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/stats"
)

// Proxies implements [stats.Source].
func (i *Instance) Proxies(f *stats.Filter) iter.Seq[*stats.Proxy] {
	return func(yield func(*stats.Proxy) bool) {
		now := conn.Now() + 1
		var out stats.Proxy
		for _, p := range i.graph.Proxies {
			if p.Disabled || !f.WantProxy(p.Name, uint64(p.ID)) {
				continue
			}
			i.fillProxy(&out, p, now)
			if !yield(&out) {
				return
			}
		}
	}
}

// fillProxy describes p in out, whose memory is used again.
func (i *Instance) fillProxy(out *stats.Proxy, p *core.Proxy, now int64) {
	*out = stats.Proxy{
		Name: p.Name, ID: uint64(p.ID), Mode: p.Mode.String(), Desc: p.Description,
		Listeners: out.Listeners[:0], Servers: out.Servers[:0],
	}
	if p.FE != nil {
		out.Frontend = i.frontendRow(p, now)
		if p.Is(core.OptSocketStats) {
			for _, l := range p.Listeners {
				out.Listeners = append(out.Listeners, listenerRow(p, l))
			}
		}
	}
	servers := p.Fleet().Servers
	for _, s := range servers {
		out.Servers = append(out.Servers, serverRow(p, s, now))
	}
	if p.Has(core.Backend) {
		out.Backend = i.backendRow(p, servers, out.Servers, now)
	}
}

func base(p *core.Proxy, k stats.Kind, name string) stats.Row {
	return stats.Row{Kind: k, Proxy: p.Name, Name: name, Mode: p.Mode.String(), IID: uint64(p.ID)}
}

func (i *Instance) frontendRow(p *core.Proxy, now int64) *stats.Row {
	r := base(p, stats.KindFrontend, "FRONTEND")
	r.SessionLimit = uint64(i.maxConn(p))
	r.RateLimit = uint64(p.SessionRate)
	switch {
	case p.State.Stopped.Load():
		r.Status = "STOP"
	case paused(p):
		r.Status = "PAUSED"
	case p.FE.Current.Load() >= int64(r.SessionLimit) && r.SessionLimit > 0:
		r.Status = "FULL"
	default:
		r.Status = "OPEN"
	}
	p.FE.Fill(&r, now)
	return &r
}

// maxConn is a frontend's limit: what the runtime API has made of it, or that of
// the configuration while nothing listens.
func (i *Instance) maxConn(p *core.Proxy) int {
	for _, l := range p.Listeners {
		if l.Live != nil {
			return int(l.Live.Options().Limits[0].Max())
		}
	}
	return p.MaxConn
}

// paused reports whether none of a frontend's listeners accepts for now.
func paused(p *core.Proxy) bool {
	for _, l := range p.Listeners {
		if l.Live == nil || !l.Live.Paused() {
			return false
		}
	}
	return len(p.Listeners) > 0
}

func listenerRow(p *core.Proxy, l *core.Listener) stats.Row {
	r := base(p, stats.KindListener, l.Name)
	if r.Name == "" {
		r.Name = "sock-" + strconv.Itoa(l.ID)
	}
	r.SID = uint64(l.ID)
	r.Status = "OPEN"
	r.SessionLimit = uint64(l.MaxConn)
	r.Addr = l.Addr.String()
	if l.Stats != nil {
		l.Stats.Fill(&r)
	}
	return r
}

func serverRow(p *core.Proxy, s *core.Server, now int64) stats.Row {
	r := base(p, stats.KindServer, s.Name)
	h := s.Health.Stats()
	r.SID = uint64(s.ID)
	r.Status = h.Status
	r.SessionLimit, r.QueueLimit = uint64(s.MaxConn), uint64(s.MaxQueue)
	r.Weight, r.UserWeight = uint64(h.Weight), uint64(s.Health.UserWeight())
	if h.Active {
		r.Active = 1
	} else {
		r.Backup = 1
	}
	if h.Throttle >= 0 {
		r.Throttle = uint64(h.Throttle)
	}
	if ep := s.Dial.Load(); ep != nil {
		r.Addr = "unix"
		if ep.Options.Path == "" {
			r.Addr = endpointText(ep.Options.Addr)
		}
	}
	r.Cookie, _ = s.Persistence()
	r.Tracked = h.Tracked
	r.Observe = s.Observe != ""
	r.IdleLimit, r.HasIdleLimit = uint64(max(s.PoolMaxConn, 0)), s.PoolMaxConn >= 0
	s.Stats.Fill(&r, now)
	r.IdleSafe = uint64(s.Idle.Len())
	r.FailedChecks, r.Downs, r.ObservedErrors = uint64(h.Fails), uint64(h.Downs), uint64(h.HANA)
	r.LastChange = uint64(time.Since(h.Changed) / time.Second)
	r.Downtime = uint64(h.Downtime / time.Second)
	r.Check = checkOf(h.Check, s.Check, h.Admin)
	r.Agent = checkOf(h.Agent, s.Agent.Check, h.Admin)
	return r
}

func endpointText(a netip.AddrPort) string { return a.String() }

// checkOf describes a check's latest result.
func checkOf(c *health.CheckStats, configured bool, admin health.Admin) stats.Check {
	out := stats.Check{Configured: configured, Paused: configured && c == nil && admin != 0}
	if c == nil {
		return out
	}
	out.Status, out.Desc = c.Last.Status.String(), c.Last.Status.Text()
	if c.Running {
		out.Status = "* " + out.Status
	}
	out.Code, out.HasCode = c.Last.Code, c.Last.Status >= health.L7OK && c.Last.Status <= health.L7Status
	out.Duration = c.Last.Duration.Milliseconds()
	if c.Last.Status == health.Init {
		out.Duration = -1
	}
	out.Last = c.Last.Info
	out.Rise, out.Fall, out.Health = uint64(c.Rise), uint64(c.Fall), uint64(c.Health)
	return out
}

func (i *Instance) backendRow(p *core.Proxy, servers []*core.Server, rows []stats.Row, now int64) *stats.Row {
	r := base(p, stats.KindBackend, "BACKEND")
	r.Status = "UP"
	usable := 0
	for n, s := range servers {
		if !s.Health.Usable() {
			continue
		}
		usable++
		row := &rows[n]
		if row.Backup == 1 {
			r.Backup++
		} else {
			r.Active++
		}
		r.Weight += row.Weight
		r.UserWeight += row.UserWeight
	}
	if usable == 0 && len(servers) > 0 {
		r.Status = "DOWN"
	}
	r.SessionLimit = uint64(p.FullConn)
	if r.Algo = p.Balance.Algorithm.String(); p.Direct != nil {
		r.Algo = "none"
	}
	if p.Cookie != nil {
		r.Cookie = p.Cookie.Name
	}
	p.BE.Fill(&r, now)
	if p.Health != nil && len(servers) > 0 {
		n := p.Health.Counts()
		r.Downs = uint64(n.Downs)
		r.LastChange = uint64(time.Since(n.Changed) / time.Second)
		r.Downtime = uint64(n.Downtime / time.Second)
	}
	return &r
}

// Info implements [stats.Source].
func (i *Instance) Info() *stats.Info {
	g := i.graph.Global
	var mem goruntime.MemStats
	goruntime.ReadMemStats(&mem)
	info := &stats.Info{
		Name: "HAProxy", Version: i.options.Features.Version, ReleaseDate: i.options.ReleaseDate,
		BuildInfo: i.options.Features.Version,
		Threads:   uint64(g.NbThread), PID: uint64(os.Getpid()),
		StartTime: i.started, Uptime: time.Since(i.started), Stopping: i.stopping.Load(),
		Node: i.node(), Description: g.Description,
		PoolAllocBytes: mem.Sys, PoolUsedBytes: mem.HeapInuse,
		UlimitN: uint64(g.UlimitN), MaxSock: uint64(g.UlimitN),
		MaxConn: uint64(i.limit.Max()), HardMaxConn: uint64(g.MaxConn), MaxPipes: uint64(g.MaxPipes),
		MaxSSLConns: uint64(g.MaxSSLConn), SSLRateLimit: uint64(g.MaxSSLRate),
		Tasks: tasks(), Listeners: uint64(i.Listeners()), IdlePct: 100,
		Jobs: uint64(i.Listeners()) + uint64(i.engine.Active.Load()),
	}
	connections, sessions := i.engine.Rates()
	info.ConnRateLimit, info.SessRateLimit = uint64(connections), uint64(sessions)
	i.process.Fill(info, conn.Now()+1)
	info.DroppedLogs = i.store.Dropped()
	for _, s := range i.graph.Peers {
		active, connected := s.Count()
		info.ActivePeers += uint64(active)
		info.ConnectedPeers += uint64(connected)
	}
	return info
}

// tasks counts the goroutines that do something or wait for something.
func tasks() uint64 { return uint64(max(goruntime.NumGoroutine()-conn.Spare(), 1)) }
