package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	of := func(name, doc string, field func(a *core.FCGIApp) string) *registry.Fetch {
		return &registry.Fetch{
			Keyword: registry.Keyword{Name: name, Manual: "7.3.6", Doc: doc, OK: []string{name + " -m found"}},
			Out:     core.Str, At: registry.RequestData,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				a := s.Backend.FCGI
				if a == nil || field(a) == "" {
					return false
				}
				p.SetStr([]byte(field(a)))
				return true
			}),
		}
	}
	registry.Fetches.Add(
		of("fcgi.docroot", "The document root of the backend's FastCGI application.", func(a *core.FCGIApp) string { return a.Docroot }),
		of("fcgi.index", "The index of the backend's FastCGI application.", func(a *core.FCGIApp) string { return a.Index }),
	)
}
