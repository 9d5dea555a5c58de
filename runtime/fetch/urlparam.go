package fetch

import (
	"bytes"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		urlParam("url_param", core.Str, "A parameter of the query string, as it stands there."),
		urlParam("urlp", core.Str, "A parameter of the query string, as it stands there."),
		urlParam("urlp_val", core.Sint, "A parameter of the query string, as a number."),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "req.body_param", Manual: "7.3.6", Usage: "([<name>])",
				Doc: "A parameter of a form in the request's body, as it stands there.",
				OK:  []string{"req.body_param(user) -m found"},
			},
			Out: core.Bin, At: registry.RequestData, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				name := a[0].Text
				return func(s *core.Stream, p *core.Sample) bool {
					b, ok := body(s, requestSide)
					if !ok {
						return false
					}
					v, ok := param(b, name, '&', p)
					if ok {
						p.SetBin(v)
					}
					return ok
				}, nil
			},
		},
	)
}

// urlParam makes a fetch of a parameter of the request's URL. Parameters begin
// behind a question mark, or another character that an argument names.
func urlParam(name string, out core.Type, doc string) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "([<name>[,<delim>]])", Doc: doc,
			OK: []string{name + "(id) -m found", name + "(id,;) -m found"},
		},
		Out: out, At: registry.RequestData,
		Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}, {Kind: registry.ArgString, Name: "delim"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			name, delim := a[0].Text, byte('?')
			if a[1].Text != "" {
				delim = a[1].Text[0]
			}
			return func(s *core.Stream, p *core.Sample) bool {
				if !request(s) {
					return false
				}
				_, query, found := bytes.Cut(s.Req.Target, []byte{delim})
				if !found {
					return false
				}
				v, ok := param(query, name, delim, p)
				if !ok {
					return false
				}
				p.SetStr(v)
				if out == core.Sint {
					p.SetInt(looseInt(p.Bytes))
				}
				return true
			}, nil
		},
	}
}

// param finds a parameter by its name, "" for any, among those of a query; an
// ACL gets them one after the other. The delimiter that began the query ends its
// parameters too, unless it is a question mark.
func param(query []byte, name string, delim byte, p *core.Sample) ([]byte, bool) {
	ends := "&"
	if delim != '&' && delim != '?' {
		ends = "&" + string(delim)
	}
	if delim == ';' || delim == '?' {
		ends = "&;"
	}
	n := 0
	for more := true; more; {
		end := bytes.IndexAny(query, ends)
		item := query
		if more = end >= 0; more {
			item, query = query[:end], query[end+1:]
		}
		key, value, ok := bytes.Cut(item, []byte{'='})
		if !ok || name != "" && string(key) != name {
			continue
		}
		if n++; p.All && n <= p.Cursor {
			continue
		}
		if p.All {
			p.Cursor, p.More = n, true
		}
		return value, true
	}
	return nil, false
}
