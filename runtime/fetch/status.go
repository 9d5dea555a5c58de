package fetch

import (
	"gohap/runtime/compress"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "status", Manual: "7.3.6", Doc: "The response's status.", OK: []string{"status 500:599"}},
			Out:     core.Sint, At: registry.Responded,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.ResponseParsed {
					s.NeedMore()
					return false
				}
				p.SetInt(int64(s.Res.Status))
				return true
			}),
		},
		responseVersion("res.ver"), responseVersion("resp_ver"),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "res.comp", Manual: "7.3.6", Doc: "True for a response that is compressed on its way.", OK: []string{"res.comp"}},
			Out:     core.Bool, At: registry.Responded,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetBool(s.Compression != compress.None)
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "res.comp_algo", Manual: "7.3.6", Doc: "The algorithm that compresses the response on its way.",
				OK: []string{"res.comp_algo gzip"}},
			Out: core.Str, At: registry.Responded,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetStr(s.Compression.Name())
				return s.Compression != compress.None
			}),
		},
	)
}

func responseVersion(name string) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.6", Doc: "The response's HTTP version, as 1.1.", OK: []string{name + " 1.1"}},
		Out:     core.Str, At: registry.ResponseData,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if !s.ResponseParsed {
				s.NeedMore()
				return false
			}
			p.SetStr(s.Res.Version.Append(s.Scratch(4)[:0]))
			return true
		}),
	}
}
