package fetch

import (
	"bytes"
	"encoding/base64"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	users := []registry.ArgSpec{{Kind: registry.ArgUserlist, Name: "userlist"}}
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "http_auth", Manual: "7.3.6", Usage: "(<userlist>)",
				Doc: "Whether the request carries the name and the password of a user of the list.",
				Bad: []string{"http_auth(no-such-list)", "http_auth"},
			},
			Out: core.Bool, At: registry.RequestData, Args: users, Min: 1,
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				return func(s *core.Stream, p *core.Sample) bool {
					c, ok := basicOf(s)
					if ok {
						p.SetBool(a[0].Users.Check(c.user, c.password))
					}
					return ok
				}, nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "http_auth_group", Manual: "7.3.6", Usage: "(<userlist>)",
				Doc: "The name of the user of the list that the request comes from; an ACL compares the user's groups.",
				Bad: []string{"http_auth_group(no-such-list) a"},
			},
			Out: core.Str, At: registry.RequestData, Args: users, Min: 1,
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				return func(s *core.Stream, p *core.Sample) bool {
					c, ok := basicOf(s)
					if !ok || !a[0].Users.Check(c.user, c.password) {
						return false
					}
					p.SetStr(c.user)
					return true
				}, nil
			},
			Match: matchGroup,
		},
		credential("http_auth_user", "The name of the user in the request's Basic credentials.",
			func(c *basic) []byte { return c.user }),
		credential("http_auth_pass", "The password in the request's Basic credentials.",
			func(c *basic) []byte { return c.password }),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "http_auth_type", Manual: "7.3.6", Doc: "The kind of the request's credentials, Basic or Bearer.",
				OK: []string{"http_auth_type Basic"}, Bad: []string{"http_auth_type(x) a"},
			},
			Out: core.Str, At: registry.RequestData,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if _, ok := basicOf(s); ok {
					p.SetStr(basicScheme)
					return true
				}
				if _, ok := after(credentials(s), bearerScheme); ok {
					p.SetStr(bearerScheme)
					return true
				}
				return false
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "http_auth_bearer", Manual: "7.3.6", Usage: "([<header>])",
				Doc: "The token behind the word Bearer in the Authorization header, or in another one.",
				OK:  []string{"http_auth_bearer -m found", "http_auth_bearer(x-token) -m beg a"}, Bad: []string{"http_auth_bearer(a,b) c"},
			},
			Out: core.Str, At: registry.RequestData, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "header"}},
			Compile: compileBearer,
		},
	)
}

// credential makes a fetch of a part of Basic credentials.
func credential(name, doc string, part func(*basic) []byte) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Doc: doc, OK: []string{name + " -m found"}, Bad: []string{name + "(x) a"},
		},
		Out: core.Str, At: registry.RequestData,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			c, ok := basicOf(s)
			if ok {
				p.SetStr(part(&c))
			}
			return ok
		}),
	}
}

func compileBearer(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
	header := a[0].Text
	return func(s *core.Stream, p *core.Sample) bool {
		if !s.RequestParsed {
			return false
		}
		v := credentials(s)
		if header != "" {
			v = s.Req.Value(header)
		}
		token, ok := after(v, bearerScheme)
		if ok {
			p.SetStr(token)
		}
		return ok
	}, nil
}

// matchGroup is the match of http_auth_group: the user is in one of the groups.
func matchGroup(c *registry.Compiler, name string, args []registry.Arg, ps *registry.Patterns) registry.Matcher {
	var groups []string
	c.Later(registry.Check, func() {
		fail := func(format string, a ...any) {
			c.Diags.Config(diag.Alert, "proxy "+c.Proxy.Name+": acl "+name+" http_auth_group(): "+format, a...).Pos = c.Statement.Pos()
		}
		if ps == nil || len(ps.Words) == 0 {
			fail("no groups specified.")
			return
		}
		if args[0].Users == nil {
			return // which was said
		}
		for _, w := range ps.Words {
			if !args[0].Users.HasGroup(w.Text) {
				fail("invalid group '%s'.", w.Text)
				return
			}
			groups = append(groups, w.Text)
		}
	})
	return func(_ *core.Stream, p *core.Sample) bool {
		for _, g := range groups {
			if args[0].Users.In(p.Bytes, g) {
				return true
			}
		}
		return false
	}
}

var (
	basicScheme  = []byte("Basic")
	bearerScheme = []byte("Bearer")
)

// basic are Basic credentials (RFC 7617).
type basic struct{ user, password []byte }

// credentials returns what the client says of itself: to a proxy, where the
// frontend takes requests for one, in a header of its own.
func credentials(s *core.Stream) []byte {
	switch {
	case !s.RequestParsed:
		return nil
	case s.AsksProxy():
		return s.Req.Value("proxy-authorization")
	}
	return s.Req.Value("authorization")
}

// basicOf returns the request's Basic credentials.
func basicOf(s *core.Stream) (c basic, ok bool) {
	coded, ok := after(credentials(s), basicScheme)
	if !ok {
		return c, false
	}
	text := s.Scratch(base64.StdEncoding.DecodedLen(len(coded)))
	n, err := base64.StdEncoding.Decode(text, coded)
	if err != nil {
		return c, false
	}
	c.user, c.password, ok = bytes.Cut(text[:n], []byte{':'})
	return c, ok
}

// after returns what follows the name of a scheme, in any case, and blanks.
func after(v, scheme []byte) ([]byte, bool) {
	n := len(scheme)
	if len(v) <= n || v[n] != ' ' || !bytes.EqualFold(v[:n], scheme) {
		return nil, false
	}
	return bytes.TrimLeft(v[n:], " "), true
}
