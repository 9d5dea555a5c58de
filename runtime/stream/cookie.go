package stream

import (
	"bytes"

	"gohap/runtime/core"
	"gohap/runtime/http"
)

// persistence looks for the server that this client used before: in the
// request's cookie, or by use-server rules.
func (st *stream) persistence() outcome {
	be := st.Backend
	for i := range be.UseServer {
		r := &be.UseServer[i]
		if r.Cond != nil && !r.Cond.Holds(&st.Stream) {
			continue
		}
		srv := r.Server
		if r.Dynamic != nil {
			srv = be.Fleet().Named(st.Text(r.Dynamic))
		}
		if srv != nil && st.mayPersist(srv) {
			st.Server, st.persistent = srv, true
		}
		break
	}
	st.Log.RequestCookie = st.captureCookie(st.Req.Cookies())
	if be.Cookie != nil {
		st.requestCookie(be.Cookie)
		if !be.Cookie.Managed() {
			st.Log.Persist = 0
		}
	}
	return goOn
}

// mayPersist reports whether a client may go back to srv.
func (st *stream) mayPersist(srv *core.Server) bool {
	return srv.Health.Usable() || st.Backend.Is(core.OptPersist) || st.ForcePersist
}

// requestCookie finds the persistence cookie and its server, and takes the
// cookie, or what was added to it, away from the request where the configuration
// says so.
func (st *stream) requestCookie(c *core.Cookie) {
	it := st.Req.Cookies()
	for it.Next() {
		if string(it.Name()) != c.Name {
			continue
		}
		id, rest := it.Value(), []byte(nil)
		switch {
		case c.Prefix:
			name, own, ok := bytes.Cut(id, prefixMark)
			if !ok {
				break
			}
			id, rest = name, own
			it.SetValue(rest)
		default:
			id = st.cookieDates(c, id)
		}
		st.cookieServer(id)
		if c.Insert && c.Indirect {
			it.Del()
		}
	}
}

// prefixMark separates the server's name from the application's value in mode
// prefix.
var prefixMark = []byte{'~'}

// cookieServer picks the server that id names; nil names none.
func (st *stream) cookieServer(id []byte) {
	l := &st.Log
	switch {
	case st.cookieOf != nil || l.Persist == 'D':
		return // the first cookie that means something counts
	case st.Server != nil:
		l.Persist = 'U' // a rule has chosen already
		return
	case st.IgnorePersist:
		l.Persist = 'I'
		return
	case l.Persist == 'E' || l.Persist == 'O':
		return
	}
	l.Persist = 'I'
	for _, srv := range st.Backend.Fleet().Servers {
		if own, ok := srv.Persistence(); !ok || own != string(id) {
			continue
		}
		if st.mayPersist(srv) {
			st.Server, st.persistent, st.cookieOf = srv, true, srv
			l.Persist = 'V'
			return
		}
		l.Persist = 'D'
	}
}

// setCookie tells the client which server it has, and keeps, removes, rewrites
// or prefixes the server's own cookie as the configuration says.
func (st *stream) setCookie() {
	c := st.Backend.Cookie
	if c == nil || st.Server == nil || !c.Managed() {
		return
	}
	found := false
	it := st.Res.SetCookies()
	for it.Next() {
		if string(it.Name()) != c.Name {
			continue
		}
		found = true
		st.serverCookie(c, &it)
	}
	if !c.Insert || found && c.Preserve || c.PostOnly && st.Req.MethodID != http.MethodPost {
		return
	}
	known := st.persistent // be it by other means than the cookie
	if known && !st.staleDates(c) {
		return
	}
	if value, ok := st.Server.Persistence(); ok {
		st.insertCookie(c, value, known)
	} else {
		st.expireCookie(c)
	}
	if !c.NoCache {
		return
	}
	if shared, _ := cacheable(&st.Req, &st.Res); shared {
		st.Res.AddRef(cacheControlName, privateValue)
	}
}

// serverCookie treats one Set-Cookie of the server that has the cookie's name.
func (st *stream) serverCookie(c *core.Cookie, it *http.Cookies) {
	l := &st.Log
	value, ok := st.Server.Persistence()
	switch {
	case c.Preserve:
		l.Operation = 'P'
	case c.Insert, c.Indirect && st.cookieOf != nil && st.cookieOf == st.Server:
		it.Del()
		l.Operation = 'D'
	case !ok:
		l.Operation = 'P'
	case c.Rewrite:
		it.SetValue(append(st.Scratch(len(value))[:0], value...))
		l.Operation = 'R'
	case c.Prefix:
		own := it.Value()
		v := append(st.Scratch(len(value) + 1 + len(own))[:0], value...)
		v = append(v, prefixMark...)
		it.SetValue(append(v, own...))
		l.Operation = 'R'
	}
}

// insertCookie gives the client the server's cookie, for the first time or, with
// again, with newer dates.
func (st *stream) insertCookie(c *core.Cookie, value string, again bool) {
	v := st.Scratch(len(c.Name) + len(value) + len(c.Suffix) + 1 + maxDates)[:0]
	v = append(v, c.Name...)
	v = append(v, '=')
	v = append(v, value...)
	v = st.appendDates(v, c, again)
	v = append(v, c.Suffix...)
	st.Res.AddRef(setCookieName, v)
	st.Log.Operation = 'I'
	if again {
		st.Log.Operation = 'U'
	}
}

// expireCookie takes the cookie away from a client whose server has none.
func (st *stream) expireCookie(c *core.Cookie) {
	const past = "=; Expires=Thu, 01-Jan-1970 00:00:01 GMT"
	v := st.Scratch(len(c.Name) + len(past) + len(c.Suffix))[:0]
	v = append(v, c.Name...)
	v = append(v, past...)
	st.Res.AddRef(setCookieName, append(v, c.Suffix...))
	st.Log.Operation = 'I'
}

var (
	setCookieName    = []byte("set-cookie")
	cacheControlName = []byte("cache-control")
	privateValue     = []byte("private")
)
