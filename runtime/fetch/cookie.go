package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	for _, n := range []struct {
		prefix string
		side   side
	}{{"req.cook", requestSide}, {"cook", requestSide}, {"res.cook", responseSide}, {"scook", responseSide}} {
		registry.Fetches.Add(cookie(n.prefix, n.side, core.Str, n.side.places(), "A cookie's value."),
			cookie(n.prefix+"_val", n.side, core.Sint, n.side.places(), "A cookie's value as a number."),
			cookieCount(n.prefix+"_cnt", n.side))
	}
	registry.Fetches.Add(cookie("cookie", eitherSide, core.Str, registry.AnyData, "A cookie's value, of the side that rules look at."))
}

// cookies returns a walk over a side's cookies, false when they are not there.
func (d side) cookies(s *core.Stream) (w http.Cookies, ok bool) {
	f := d.fields(s)
	switch {
	case f == nil:
		return w, false
	case d == responseSide || d == eitherSide && s.Response:
		return f.SetCookies(), true
	}
	return f.Cookies(), true
}

// cookie makes a fetch of a cookie: an ACL looks at all of the name, others get
// the last one, or the first of all when there is no name.
func cookie(name string, d side, out core.Type, at registry.Places, doc string) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "([<name>])", Doc: doc, OK: []string{name + "(SESSION) -m found"},
		},
		Out: out, At: at, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			name := a[0].Text
			return func(s *core.Stream, p *core.Sample) bool {
				w, ok := d.cookies(s)
				if !ok {
					return false
				}
				v, found := pickCookie(&w, name, p)
				if !found {
					return false
				}
				p.SetStr(v)
				return out == core.Str || sample.Cast(s, p, out)
			}, nil
		},
	}
}

// pickCookie returns the cookie that p asks for.
func pickCookie(w *http.Cookies, name string, p *core.Sample) (v []byte, found bool) {
	n := 0
	for w.Next() {
		if name != "" && string(w.Name()) != name {
			continue
		}
		if n++; p.All && n <= p.Cursor {
			continue
		}
		v, found = w.Value(), true
		if p.All {
			p.Cursor, p.More = n, true
			return v, true
		}
		if name == "" {
			return v, true
		}
	}
	return v, found
}

func cookieCount(name string, d side) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "([<name>])", Doc: "How many cookies of the name there are.", OK: []string{name + "(SESSION) gt 1"},
		},
		Out: core.Sint, At: d.places(), Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			name := a[0].Text
			return func(s *core.Stream, p *core.Sample) bool {
				w, ok := d.cookies(s)
				if !ok {
					return false
				}
				n := int64(0)
				for w.Next() {
					if name == "" || string(w.Name()) == name {
						n++
					}
				}
				p.SetInt(n)
				return true
			}, nil
		},
	}
}
