package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
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

// cookies walks over the cookies of a name, or all, of one side.
type cookies struct {
	name    string
	request http.Cookies
	set     http.ServerCookies
	isSet   bool
}

// cookies returns a walk over a side's cookies, false when they are not there.
func (d side) cookies(s *core.Stream, name string) (w cookies, ok bool) {
	f := d.fields(s)
	if f == nil {
		return w, false
	}
	w.name = name
	if w.isSet = d == responseSide || d == eitherSide && s.Response; w.isSet {
		w.set = f.ServerCookies(name)
	} else {
		w.request = f.Cookies()
	}
	return w, true
}

// next returns the value of the next cookie.
func (w *cookies) next() ([]byte, bool) {
	if w.isSet {
		return w.set.Next()
	}
	for w.request.Next() {
		if w.name == "" || string(w.request.Name()) == w.name {
			return w.request.Value(), true
		}
	}
	return nil, false
}

// cookie makes a fetch of a cookie: an ACL looks at all of the name, others get
// the last one, or the first of all when there is no name.
func cookie(name string, d side, out core.Type, at registry.Places, doc string) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "([<name>])", Doc: doc, OK: []string{name + "(SESSION) -m found"},
		},
		Out: out, At: at, Head: true, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			name := a[0].Text
			return func(s *core.Stream, p *core.Sample) bool {
				w, ok := d.cookies(s, name)
				if !ok {
					return false
				}
				v, found := w.pick(p)
				switch {
				case !found:
					return false
				case out == core.Sint:
					p.SetInt(looseInt(v))
				default:
					p.SetStr(v)
				}
				return true
			}, nil
		},
	}
}

// pick returns the cookie that p asks for.
func (w *cookies) pick(p *core.Sample) (v []byte, found bool) {
	for n := 1; ; n++ {
		next, ok := w.next()
		if !ok {
			return v, found
		}
		if p.All && n <= p.Cursor {
			continue
		}
		v, found = next, true
		if p.All {
			p.Cursor, p.More = n, true
			return v, true
		}
		if w.name == "" {
			return v, true
		}
	}
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
				w, ok := d.cookies(s, name)
				n := int64(0)
				for more := ok; more; n++ {
					if _, more = w.next(); !more {
						break
					}
				}
				p.SetInt(n)
				return ok
			}, nil
		},
	}
}
