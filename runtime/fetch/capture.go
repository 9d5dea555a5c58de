package fetch

import (
	"bytes"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		captured("capture.req.hdr", "A captured request header, by its number.", registry.Transaction,
			func(s *core.Stream) [][]byte { return s.RequestCaptures }),
		captured("capture.res.hdr", "A captured response header, by its number.", registry.Responded,
			func(s *core.Stream) [][]byte { return s.ResponseCaptures }),
		requestLine("capture.req.method", "The method of the request as received.", func(_ *core.Stream, line []byte) []byte {
			method, _, _ := bytes.Cut(line, []byte{' '})
			return method
		}),
		requestLine("capture.req.uri", "The URL of the request as received, from its path on.", func(_ *core.Stream, line []byte) []byte {
			_, line, _ = bytes.Cut(line, []byte{' '})
			target, _, _ := bytes.Cut(line, []byte{' '})
			r := http.Request{Target: target}
			return r.PathQuery()
		}),
		requestLine("capture.req.ver", "The version of the request, as HTTP/1.1.", func(s *core.Stream, _ []byte) []byte {
			return appendVersion(s, s.Req.Version.Minor() >= 1 || s.Req.Version.Major() > 1)
		}),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "capture.res.ver", Manual: "7.3.6", Doc: "The version of the response, as HTTP/1.1."},
			Out:     core.Str, At: registry.Transaction,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.ResponseParsed || logging(s) && s.Log.ResponseTime < 0 {
					return false // none, or none of a server
				}
				p.SetStr(appendVersion(s, s.Res.Version.Minor() >= 1 || s.Res.Version.Major() > 1))
				return true
			}),
		},
	)
}

// appendVersion tells the two versions of captures apart.
func appendVersion(s *core.Stream, new bool) []byte {
	if new {
		return append(s.Scratch(8)[:0], "HTTP/1.1"...)
	}
	return append(s.Scratch(8)[:0], "HTTP/1.0"...)
}

func captured(name, doc string, at registry.Places, of func(*core.Stream) [][]byte) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "(<idx>)", Doc: doc, Bad: []string{name + " a", name + "(x) a"},
		},
		Out: core.Str, At: at, Min: 1, Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "idx"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			i := int(a[0].Int)
			return func(s *core.Stream, p *core.Sample) bool {
				all := of(s)
				if i < 0 || i >= len(all) || all[i] == nil {
					return false
				}
				p.SetStr(all[i])
				return true
			}, nil
		},
	}
}

// requestLine makes a fetch of a part of the request line as it came.
func requestLine(name, doc string, part func(*core.Stream, []byte) []byte) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.6", Doc: doc},
		Out:     core.Str, At: registry.Transaction,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if s.Log.URI == nil {
				return false
			}
			v := part(s, s.Log.URI)
			p.SetStr(v)
			return v != nil
		}),
	}
}
