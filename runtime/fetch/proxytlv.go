package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		headerTLV("fc_pp_authority", "The name that the client asked for in TLS, as the PROXY header tells.", func(h *core.ProxyHeader) []byte { return h.Authority }),
		headerTLV("fc_pp_unique_id", "The unique id that the PROXY header gives the connection.", func(h *core.ProxyHeader) []byte { return h.ID }),
	)
}

// headerTLV makes a fetch of something optional in a PROXY header of version 2.
func headerTLV(name, doc string, of func(*core.ProxyHeader) []byte) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc, OK: []string{name + " -m found"}},
		Out:     core.Str, At: registry.L4Client,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			h := s.Session.Header
			if h == nil {
				p.SetStr(nil)
				return false
			}
			v := of(h)
			p.SetStr(v)
			return v != nil
		}),
	}
}
