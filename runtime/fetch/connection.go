package fetch

import (
	"net/netip"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		local("src_is_local", "True for a client on this machine.", func(s *core.Stream) netip.Addr { return s.Session.Src.Addr() }),
		local("dst_is_local", "True for a client that connected to an address of this machine.", func(s *core.Stream) netip.Addr { return s.Session.Dst.Addr() }),
		local("fc_src_is_local", "As src_is_local, for the address before any rule changed it.", func(s *core.Stream) netip.Addr { return remoteEnd(s).Addr() }),
		local("fc_dst_is_local", "As dst_is_local, for the address before any rule changed it.", func(s *core.Stream) netip.Addr { return localEnd(s).Addr() }),
		end("fc_src", "The client's address before any rule changed it.", remoteEnd),
		end("fc_dst", "The address that the client connected to, before any rule changed it.", localEnd),
		endPort("fc_src_port", "The client's port before any rule changed it.", remoteEnd),
		endPort("fc_dst_port", "The port that the client connected to, before any rule changed it.",
			localEnd),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "fc_rcvd_proxy", Manual: "7.3.3", Doc: "True for a client whose connection began with a PROXY protocol header.", OK: []string{"fc_rcvd_proxy"}},
			Out:     core.Bool, At: registry.L4Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetBool(s.Session.Listener.AcceptProxy)
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "fc_http_major", Manual: "7.3.3", Doc: "The major version of HTTP that the client's connection speaks: 1 or 2.", OK: []string{"fc_http_major 1"}},
			Out:     core.Sint, At: registry.L4Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetInt(1)
				if s.Session.HTTP2 {
					p.SetInt(2)
				}
				return carriesHTTP(s)
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "bc_http_major", Manual: "7.3.3", Doc: "The major version of HTTP that the server's connection speaks: 1 or 2."},
			Out:     core.Sint, At: registry.Responded, Needs: serverAddress,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetInt(1)
				if s.ServerHTTP2 {
					p.SetInt(2)
				}
				return s.Log.ServerRemote.IsValid()
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "http_first_req", Manual: "7.3.6", Doc: "True for the first request of a connection.", OK: []string{"http_first_req"},
			},
			Out: core.Bool, At: registry.Transaction,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetBool(s.Session.Requests == 0)
				return !embryonic(s)
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "unique-id", Manual: "7.3.2", Doc: "The stream's unique id (unique-id-format).", OK: []string{"unique-id -m found"}},
			Out:     core.Str, At: registry.Internal,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if embryonic(s) {
					return false
				}
				id := s.UniqueID()
				p.SetStr(id)
				return id != nil
			}),
		},
	)
}

func local(name, doc string, of func(*core.Stream) netip.Addr) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc, OK: []string{name}},
		Out:     core.Bool, At: registry.L4Client,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			a := of(s)
			if !a.IsValid() {
				return false
			}
			p.SetBool(ownAddress(a.Unmap()))
			return true
		}),
	}
}

func end(name, doc string, of func(*core.Stream) netip.AddrPort) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc, OK: []string{name + " 10.0.0.0/8"}},
		Out:     core.IPv4, At: registry.L4Client, Method: "ip",
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			a := of(s)
			if a.IsValid() {
				p.SetIP(a.Addr())
			}
			return a.IsValid()
		}),
	}
}

func endPort(name, doc string, of func(*core.Stream) netip.AddrPort) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc, OK: []string{name + " 80"}},
		Out:     core.Sint, At: registry.L4Client,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			a := of(s)
			p.SetInt(int64(a.Port()))
			return a.IsValid()
		}),
	}
}

// remoteEnd and localEnd are the ends of the client's connection, not valid in a
// check, which has no client.
func remoteEnd(s *core.Stream) netip.AddrPort {
	if s.Session.Conn == nil {
		return netip.AddrPort{}
	}
	return s.Session.Conn.Remote()
}

func localEnd(s *core.Stream) netip.AddrPort {
	if s.Session.Conn == nil {
		return netip.AddrPort{}
	}
	return s.Session.Conn.Local()
}
