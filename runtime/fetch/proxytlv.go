package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		headerTLV("fc_pp_authority", "The name that the client asked for in TLS, as the PROXY header tells.", func(s *core.Session) []byte { return s.Authority }),
		headerTLV("fc_pp_unique_id", "The unique id that the PROXY header gives the connection.", func(s *core.Session) []byte { return s.ProxyID }),
	)
}

// headerTLV makes a fetch of something optional in a PROXY header of version 2.
func headerTLV(name, doc string, of func(*core.Session) []byte) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc, OK: []string{name + " -m found"}},
		Out:     core.Str, At: registry.L4Client,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			v := of(s.Session)
			p.SetStr(v)
			return v != nil
		}),
	}
}
