package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		part("path", "7.3.6", "The path of the request's URL, up to the question mark.", (*http.Request).Path, registry.RequestData),
		part("pathq", "7.3.6", "The path of the request's URL with its query string.", (*http.Request).PathQuery, registry.RequestData),
		part("query", "7.3.6", "The query string, without the question mark.", (*http.Request).Query, registry.RequestData),
		part("url", "7.3.6", "The request's URL as it stands on the request line.",
			func(r *http.Request) []byte { return r.Target }, registry.RequestData),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "base", Manual: "7.3.6", Doc: "The first Host header and the path, one after the other.",
				OK: []string{"base www.example.com/x", "base -m beg www"},
			},
			Out: core.Str, At: registry.RequestData, Head: true,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !request(s) {
					return false
				}
				host, path := s.Req.Host(), s.Req.Path()
				b := append(s.Scratch(len(host) + len(path))[:0], host...)
				p.SetStr(append(b, path...))
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "method", Manual: "7.3.6", Doc: "The request's method.",
				OK: []string{"method GET HEAD", "method -i get"},
			},
			Out: core.Meth, At: registry.Transaction, Method: "str", Head: true,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !request(s) || s.Response && s.Req.MethodID == http.MethodOther {
					return false // HAProxy has the others' names no longer
				}
				p.Type, p.Int, p.Bytes, p.Const = core.Meth, int64(s.Req.MethodID), s.Req.Method, true
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "meth", Manual: "7.3.1", Usage: "(<method>)", Doc: "The given method.", OK: []string{"meth(GET) -m str GET"}},
			Out:     core.Meth, At: registry.Internal, Min: 1, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "method"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				b := []byte(a[0].Text)
				id := int64(http.LookupMethod(b))
				return always(func(p *core.Sample) { p.Type, p.Int, p.Bytes, p.Const = core.Meth, id, b, true }), nil
			},
		},
		version("req.ver"), version("req_ver"),
	)
}

// request reports whether the request's head is there; without it the rule
// waits. In TCP mode it is looked for among what the client has sent.
func request(s *core.Stream) bool {
	if s.RequestParsed {
		return true
	}
	if s.Frontend.Mode == core.TCP && !s.Response {
		s.Req.Reset()
		n, err := http1.ParseRequest(s.Payload, &s.Req, nil)
		if n > 0 || err != nil {
			return err == nil
		}
	}
	s.NeedMore()
	return false
}

// part makes a fetch of a part of the request line.
func part(name, manual, doc string, f func(*http.Request) []byte, at registry.Places) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: manual, Doc: doc, OK: []string{name + " -m beg /"}},
		Out:     core.Str, At: at, Head: true,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if !request(s) {
				return false
			}
			b := f(&s.Req)
			if b == nil {
				return false
			}
			p.SetStr(b)
			return true
		}),
	}
}

func version(name string) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.6", Doc: "The request's HTTP version, as 1.1.", OK: []string{name + " 1.1"}},
		Out:     core.Str, At: registry.RequestData,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if !request(s) {
				return false
			}
			p.SetStr(s.Req.Version.Append(s.Scratch(4)[:0]))
			return true
		}),
	}
}
