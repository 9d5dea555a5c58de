package fetch

import (
	"time"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		number("fe_id", "The frontend's number.", registry.ClientSide, func(s *core.Stream) int64 { return int64(s.Frontend.ID) }),
		name("fe_name", "The frontend's name.", registry.ClientSide, func(s *core.Stream) (string, bool) { return s.Frontend.Name, true }),
		name("fe_defbe", "The name of the frontend's default backend.", registry.ClientSide, func(s *core.Stream) (string, bool) {
			if s.Frontend.Default == nil {
				return "", false
			}
			return s.Frontend.Default.Name, true
		}),
		number("so_id", "The number of the listener that accepted the client.", registry.ClientSide,
			func(s *core.Stream) int64 { return int64(s.Session.Listener.ID) }),
		name("so_name", "The name of the listener that accepted the client.", registry.ClientSide, func(s *core.Stream) (string, bool) {
			return s.Session.Listener.Name, s.Session.Listener.Name != ""
		}),
		number("dst_conn", "The connections of the listener that accepted the client.", registry.ClientSide, listenerConnections),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "be_id", Manual: "7.3.3", Doc: "The backend's number."},
			Out:     core.Sint, At: registry.InBackend,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetInt(int64(s.Backend.ID))
				return !embryonic(s)
			}),
		},
		name("be_name", "The backend's name.", registry.InBackend, func(s *core.Stream) (string, bool) { return s.Backend.Name, !embryonic(s) }),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "srv_id", Manual: "7.3.3", Doc: "The server's number."},
			Out:     core.Sint, At: registry.WithServer,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if s.Server == nil {
					return false
				}
				p.SetInt(int64(s.Server.ID))
				return true
			}),
		},
		name("srv_name", "The server's name.", registry.WithServer, func(s *core.Stream) (string, bool) {
			if s.Server == nil {
				return "", false
			}
			return s.Server.Name, true
		}),
		timeout("fe_client_timeout", "The frontend's client timeout in milliseconds.", registry.ClientSide,
			func(s *core.Stream) time.Duration { return s.Frontend.Timeout.Client }),
		timeout("be_server_timeout", "The backend's server timeout in milliseconds.", registry.InBackend,
			func(s *core.Stream) time.Duration { return ofBackend(s, s.Backend.Timeout.Server) }),
		timeout("be_tunnel_timeout", "The backend's tunnel timeout in milliseconds.", registry.InBackend,
			func(s *core.Stream) time.Duration { return ofBackend(s, s.Backend.Timeout.Tunnel) }),
		timeout("cur_server_timeout", "The server timeout in force, in milliseconds.", registry.InBackend,
			func(s *core.Stream) time.Duration {
				connected := s.Response
				if logging(s) {
					connected = s.Log.ConnectTime >= 0
				}
				if !connected && !s.KeepServerTimeout {
					return 0 // none yet
				}
				return s.Timeout.Server
			}),
		timeout("cur_tunnel_timeout", "The tunnel timeout in force, in milliseconds.", registry.InBackend,
			func(s *core.Stream) time.Duration { return s.Timeout.Tunnel }),
	)
}

// embryonic reports whether a line is logged about a request that never came to
// be a stream, of which HAProxy knows the client's side only.
func embryonic(s *core.Stream) bool { return s.Frontend.Mode == core.HTTP && !s.RequestParsed }

// logging reports whether the stream is over and its line is made.
func logging(s *core.Stream) bool { return s.Log.Total >= 0 }

// ofBackend is a timeout that only backends have.
func ofBackend(s *core.Stream, d time.Duration) time.Duration {
	if !s.Backend.Has(core.Backend) {
		return 0
	}
	return d
}

// listenerConnections falls back to the frontend's where the listener has no
// counters of its own.
func listenerConnections(s *core.Stream) int64 {
	if ls := s.Session.Listener.Stats; ls != nil {
		return ls.Current.Load()
	}
	return s.Frontend.FE.Current.Load()
}

// name makes a fetch of a name.
func name(name, doc string, at registry.Places, of func(*core.Stream) (string, bool)) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc},
		Out:     core.Str, At: at,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			v, ok := of(s)
			if ok {
				p.SetStr(append(s.Scratch(len(v))[:0], v...))
			}
			return ok
		}),
	}
}

func timeout(name, doc string, at registry.Places, of func(*core.Stream) time.Duration) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc},
		Out:     core.Sint, At: at,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			p.SetInt(of(s).Milliseconds())
			return at == registry.ClientSide || !embryonic(s)
		}),
	}
}
