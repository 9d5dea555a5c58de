package fetch

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		ofProxy("be_conn", registry.ArgBackend, "The streams in a backend.", func(p *core.Proxy) int64 { return p.BE.Current.Load() }),
		ofProxy("be_sess_rate", registry.ArgBackend, "The new streams of a backend within the last second.",
			func(p *core.Proxy) int64 { return int64(p.BE.SessionRate(conn.Now())) }),
		ofProxy("be_conn_free", registry.ArgBackend, "How many more streams the servers of a backend take at once; -1 for any number.", freePlaces),
		ofProxy("connslots", registry.ArgBackend, "How many more streams the servers of a backend and their queues take; -1 for any number.", slots),
		ofProxy("nbsrv", registry.ArgBackend, "The usable servers of a backend.", usableServers),
		ofProxy("queue", registry.ArgBackend, "The streams that wait in a backend, for any server or for one.", waiting),
		ofProxy("avg_queue", registry.ArgBackend, "The streams that wait in a backend, by server that could take them.", func(p *core.Proxy) int64 {
			if n := usableServers(p); n > 0 {
				return (waiting(p) + n - 1) / n
			}
			return 2 * waiting(p)
		}),
		ofProxy("fe_conn", registry.ArgFrontend, "The connections of a frontend.", func(p *core.Proxy) int64 { return p.FE.Current.Load() }),
		ofProxy("fe_sess_rate", registry.ArgFrontend, "The new sessions of a frontend within the last second.",
			func(p *core.Proxy) int64 { return int64(p.FE.SessionRate(conn.Now())) }),
		ofProxy("fe_req_rate", registry.ArgFrontend, "The requests of a frontend within the last second.",
			func(p *core.Proxy) int64 { return int64(p.FE.RequestRate(conn.Now())) }),
	)
}

// ofProxy makes a fetch of a number about a proxy: the one that the argument
// names, or the current one.
func ofProxy(name string, kind registry.ArgKind, doc string, of func(*core.Proxy) int64) *registry.Fetch {
	what := "backend"
	if kind == registry.ArgFrontend {
		what = "frontend"
	}
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.2", Usage: "([<" + what + ">])", Doc: doc, Bad: []string{name + "(no-such-" + what + ") gt 1"},
		},
		Out: core.Sint, At: registry.Running, Args: []registry.ArgSpec{{Kind: kind, Name: what}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			return func(s *core.Stream, p *core.Sample) bool {
				x := a[0].Proxy
				if !a[0].Given && s != nil {
					// Rules of a defaults section are about whoever runs them.
					x = s.Backend
					if kind == registry.ArgFrontend {
						x = s.Frontend
					}
				}
				if x == nil || kind == registry.ArgBackend && x.BE == nil || kind == registry.ArgFrontend && x.FE == nil {
					return false
				}
				p.SetInt(of(x))
				return true
			}, nil
		},
	}
}

func usableServers(p *core.Proxy) int64 {
	n := int64(0)
	for _, s := range p.Fleet().Servers {
		if s.Health.Usable() {
			n++
		}
	}
	return n
}

func waiting(p *core.Proxy) int64 {
	n := int64(p.Queue.Len())
	for _, s := range p.Fleet().Servers {
		n += int64(s.Queue.Len())
	}
	return n
}

// freePlaces counts those of active servers, or of the backup ones when these
// are in use.
func freePlaces(p *core.Proxy) int64 {
	for _, backup := range []bool{false, true} {
		n, any := int64(0), false
		for _, s := range p.Fleet().Servers {
			if s.Backup != backup || !s.Health.Usable() {
				continue
			}
			if s.MaxConn == 0 {
				return -1
			}
			any = true
			n += max(int64(s.DynamicMaxConn())-s.Stats.Current.Load(), 0)
		}
		if any {
			return n
		}
	}
	return 0
}

func slots(p *core.Proxy) int64 {
	n := int64(0)
	for _, s := range p.Fleet().Servers {
		if !s.Health.Usable() {
			continue
		}
		if s.MaxConn == 0 || s.MaxQueue == 0 {
			return -1
		}
		n += int64(s.MaxConn) - s.Stats.Current.Load() + int64(s.MaxQueue) - int64(s.Queue.Len())
	}
	return n
}
