package action

import (
	"bytes"
	"fmt"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "redirect", Manual: "4.2",
			Usage: "{ location <loc> | prefix <pfx> | scheme <sch> } [ code <code> ] [ drop-query ] [ append-slash ] [ ignore-empty ] " +
				"[ set-cookie <name>[=<value>] ] [ clear-cookie <name>[=] ]",
			Doc: "Sends the client to another place: a fixed one, the same path behind a prefix, or the same URL with another scheme.",
			OK: []string{"http-request redirect scheme https", "http-request redirect location https://%[hdr(host)]/x code 301 if { path / }",
				"http-request redirect prefix http://www.x.com drop-query append-slash set-cookie SEEN=1"},
			Bad: []string{"http-request redirect", "http-request redirect location", "http-request redirect location /x foo",
				"http-request redirect scheme https code 200"},
		},
		In: messageRules, Final: true, Registered: true, Compile: compileRedirect,
		Valued: map[string]int{"location": 1, "prefix": 1, "scheme": 1, "code": 1, "set-cookie": 1, "clear-cookie": 1},
	})
}

// redirectKind is what a redirect makes its target of.
type redirectKind uint8

const (
	noTarget redirectKind = iota
	toLocation
	toPrefix
	toScheme
)

var redirectKinds = map[string]redirectKind{"location": toLocation, "prefix": toPrefix, "scheme": toScheme}

// redirect is a compiled redirect.
type redirect struct {
	kind                                redirectKind
	target                              text
	code                                int
	dropQuery, appendSlash, ignoreEmpty bool
	cookie                              []byte
}

func compileRedirect(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	r := &redirect{code: 302}
	var target *ast.Word
	fail := func(i int, format string, args ...any) core.Action {
		return a.Fail(c, i, "%s.", fmt.Sprintf(format, args...))
	}
	for i := 1; i < len(a.Words); i++ {
		word := a.Words[i].Text
		var argument *ast.Word
		switch word {
		case "location", "prefix", "scheme", "set-cookie", "clear-cookie", "code":
			if i++; i >= len(a.Words) || a.Words[i].Text == "" {
				return fail(i, "missing argument for '%s'", word)
			}
			argument = &a.Words[i]
		}
		switch word {
		case "location", "prefix", "scheme":
			r.kind, target = redirectKinds[word], argument
		case "set-cookie":
			r.cookie = []byte(argument.Text + "; path=/;")
		case "clear-cookie":
			r.cookie = []byte(argument.Text + "; path=/; Max-Age=0;")
		case "code":
			r.code = int(value.Atol(argument.Text))
			if reasons[r.code] == nil {
				return fail(i, "'code': unsupported HTTP code '%s' (must be one of 301, 302, 303, 307 or 308)", argument.Text)
			}
		case "drop-query":
			r.dropQuery = true
		case "append-slash":
			r.appendSlash = true
		case "ignore-empty":
			r.ignoreEmpty = true
		default:
			return fail(i, "expects 'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', "+
				"'ignore-empty' or 'append-slash' (was '%s')", word)
		}
	}
	if r.kind == noTarget {
		return fail(0, "redirection type expected ('prefix', 'location', or 'scheme')")
	}
	// A lone slash as prefix stands for no prefix.
	if r.kind == toPrefix && target.Text == "/" {
		r.target.ok = true
		return r.do
	}
	t, ok := compileWord(c, a, target)
	if !ok {
		return nil
	}
	r.target = t
	return r.do
}

// reasons are the texts of a redirect's status, which are not those of other
// answers.
var reasons = map[int][]byte{
	301: []byte("Moved Permanently"), 302: []byte("Found"), 303: []byte("See Other"),
	307: []byte("Temporary Redirect"), 308: []byte("Permanent Redirect"),
}

var (
	zero         = []byte("0")
	location     = []byte("location")
	cacheControl = []byte("cache-control")
	noCache      = []byte("no-cache")
	setCookie    = []byte("set-cookie")
	schemeEnd    = []byte("://")
	slash        = []byte("/")
)

// do answers with the redirect, unless its target is empty or cannot be told.
func (r *redirect) do(s *core.Stream) core.Verdict {
	to := r.target.of(s)
	if r.ignoreEmpty && len(to) == 0 {
		return core.Continue
	}
	if r.kind != toLocation {
		path := s.Req.PathQuery()
		switch {
		case path == nil:
			path = slash
		case r.dropQuery:
			path = s.Req.Path()
		}
		to = r.extend(s, to, path)
	} else {
		to = s.Keep(to)
	}
	s.Reply = core.Answer{Status: r.code, Reason: reasons[r.code], Custom: true, Bare: true, Close: s.Req.HasBody()}
	s.AddReplyField(contentLength, zero)
	s.AddReplyField(location, to)
	if r.code == 302 || r.code == 303 || r.code == 307 {
		s.AddReplyField(cacheControl, noCache)
	}
	if r.cookie != nil {
		s.AddReplyField(setCookie, r.cookie)
	}
	return core.Reply
}

// extend puts the request's path behind the prefix, or behind scheme and host.
func (r *redirect) extend(s *core.Stream, to, path []byte) []byte {
	host := s.Req.Host()
	b := append(s.Scratch(len(to) + len(schemeEnd) + len(host) + len(path) + 1)[:0], to...)
	if r.kind == toScheme {
		b = append(append(b, schemeEnd...), host...)
	}
	b = append(b, path...)
	if r.appendSlash && !bytes.HasSuffix(b, slash) {
		b = append(b, '/')
	}
	return b
}
