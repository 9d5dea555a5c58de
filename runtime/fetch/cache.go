package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "res.cache_hit", Manual: "7.3.6", Doc: "True for a response that comes from a cache.", OK: []string{"res.cache_hit"}},
			Out:     core.Bool, At: registry.WithServer, Needs: "HTTP response",
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetBool(s.Cached != nil)
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "res.cache_name", Manual: "7.3.6", Doc: "The name of the cache that the response comes from.",
				OK: []string{"res.cache_name static"}},
			Out: core.Str, At: registry.WithServer, Needs: "HTTP response",
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if s.Cached == nil {
					return false
				}
				p.SetStr(append(s.Scratch(len(s.Cached.Name))[:0], s.Cached.Name...))
				return true
			}),
		},
	)
}
