package fetch

import (
	"net/netip"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// serverAddress is what messages call the connection to the server.
const serverAddress = "server address"

func init() {
	address := func(p *core.Sample, a netip.AddrPort) { p.SetIP(a.Addr()) }
	port := func(p *core.Sample, a netip.AddrPort) { p.SetInt(int64(a.Port())) }
	local := func(s *core.Stream) netip.AddrPort { return s.Log.ServerLocal }
	remote := func(s *core.Stream) netip.AddrPort { return s.Log.ServerRemote }
	registry.Fetches.Add(
		serverEnd("bc_src", "The address that the connection to the server comes from.", local, address),
		serverEnd("bc_src_port", "The port that the connection to the server comes from.", local, port),
		serverEnd("bc_dst", "The address that the connection to the server goes to.", remote, address),
		serverEnd("bc_dst_port", "The port that the connection to the server goes to.", remote, port),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "bc_err", Manual: "7.3.3", Doc: "What went wrong with the connection to the server, as a number; 0 for nothing. Without a connection there is no value."},
			Out:     core.Sint, At: registry.Responded, Needs: serverAddress,
			Compile: func(c *registry.Compiler, _ []registry.Arg) (core.Fetch, error) {
				c.Graph.LogsServerEnds = true
				return func(s *core.Stream, p *core.Sample) bool {
					p.SetInt(int64(s.Log.ServerError))
					return s.Log.ServerLocal.IsValid() || s.Log.ServerError != 0
				}, nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "bc_err_str", Manual: "7.3.3", Doc: "What went wrong with the connection to the server; \"Success\" for nothing. Without a connection there is no value."},
			Out:     core.Str, At: registry.Responded, Needs: serverAddress,
			Compile: func(c *registry.Compiler, _ []registry.Arg) (core.Fetch, error) {
				c.Graph.LogsServerEnds = true
				return func(s *core.Stream, p *core.Sample) bool {
					text := s.Log.ServerError.String()
					p.SetStr(append(s.Scratch(len(text))[:0], text...))
					return s.Log.ServerLocal.IsValid() || s.Log.ServerError != 0
				}, nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "fc_err", Manual: "7.3.3", Doc: "The number of the error that ended the client's connection, for error-log-format; 0 for none.", OK: []string{"fc_err gt 0"}},
			Out:     core.Sint, At: registry.L4Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetInt(int64(s.Session.Err))
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "fc_err_str", Manual: "7.3.3", Doc: "The text of the error that ended the client's connection, for error-log-format.", OK: []string{"fc_err_str Success"}},
			Out:     core.Str, At: registry.L4Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				text := s.Session.Err.String()
				p.SetStr(append(s.Scratch(len(text))[:0], text...))
				return true
			}),
		},
	)
}

// serverEnd makes a fetch of an end of the connection to the server.
func serverEnd(name, doc string, of func(*core.Stream) netip.AddrPort, set func(*core.Sample, netip.AddrPort)) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc},
		// HAProxy declares addresses as numbers, too.
		Out: core.Sint, At: registry.Responded, Needs: serverAddress,
		Compile: func(c *registry.Compiler, _ []registry.Arg) (core.Fetch, error) {
			c.Graph.LogsServerEnds = true
			return func(s *core.Stream, p *core.Sample) bool {
				a := of(s)
				if a.IsValid() {
					set(p, a)
				}
				return a.IsValid()
			}, nil
		},
	}
}
