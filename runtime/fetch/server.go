package fetch

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		ofServer("srv_conn", core.Sint, "The streams on a server.", func(s *core.Server) int64 { return s.Stats.Current.Load() }),
		ofServer("srv_conn_free", core.Sint, "How many more streams a server takes at once; -1 for any number.", func(s *core.Server) int64 {
			if s.MaxConn == 0 {
				return -1
			}
			return max(int64(s.DynamicMaxConn())-s.Stats.Current.Load(), 0)
		}),
		ofServer("srv_queue", core.Sint, "The streams that wait for a server.", func(s *core.Server) int64 { return int64(s.Queue.Len()) }),
		ofServer("srv_sess_rate", core.Sint, "The new streams of a server within the last second.",
			func(s *core.Server) int64 { return int64(s.Stats.SessionRate(conn.Now())) }),
		ofServer("srv_weight", core.Sint, "A server's present weight.", func(s *core.Server) int64 { return (int64(s.Health.Weight()) + 15) / 16 }),
		ofServer("srv_uweight", core.Sint, "A server's weight as the configuration or an operator set it.",
			func(s *core.Server) int64 { return int64(s.Health.UserWeight()) }),
		ofServer("srv_iweight", core.Sint, "A server's weight in the configuration.", func(s *core.Server) int64 { return int64(s.ServerSettings.Weight) }),
		ofServer("srv_is_up", core.Bool, "True for a server that may be used.", func(s *core.Server) int64 {
			if s.Health.Usable() {
				return 1
			}
			return 0
		}),
	)
}

// ofServer makes a fetch of a number about a server, given as "backend/server",
// or "server" within its backend.
func ofServer(name string, out core.Type, doc string, of func(*core.Server) int64) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.2", Usage: "([<backend>/]<server>)", Doc: doc, Bad: []string{name, name + "(no/such) gt 1"},
		},
		Out: out, At: registry.Running, Min: 1, Args: []registry.ArgSpec{{Kind: registry.ArgServer, Name: "server"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			return func(_ *core.Stream, p *core.Sample) bool {
				p.Type, p.Int = out, of(a[0].Server)
				return true
			}, nil
		},
	}
}
