package action

import (
	"bytes"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/regex"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "set-header", Manual: "4.2", Usage: "<name> <fmt>",
				Doc: "Removes all headers of the name and adds one.",
				OK:  []string{"http-request set-header X-Forwarded-Proto https", `http-request set-header X-Client "%[src]:%cp" if { path_beg /a }`},
				Bad: []string{"http-request set-header X", "http-request set-header X a b", `http-response set-header X ""`},
			},
			In: httpRules, Registered: true, Least: 2, Compile: compileAddHeader(true),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "add-header", Manual: "4.2", Usage: "<name> <fmt>",
				Doc: "Adds a header after all others, whether or not there is one of the name.",
				OK:  []string{"http-request add-header X-Port %[dst_port]", "http-response add-header X-Served-By %s"},
				Bad: []string{"http-request add-header X"},
			},
			In: httpRules, Registered: true, Least: 2, Compile: compileAddHeader(false),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "del-header", Manual: "4.2", Usage: "<name> [ -m <meth> ]",
				Doc: "Removes all headers whose name is, begins with, ends with, contains or matches the given one.",
				OK:  []string{"http-request del-header X", "http-response del-header ^x-.* -m reg", "http-request del-header X- -m beg if { src 10.0.0.0/8 }"},
				Bad: []string{"http-request del-header", "http-request del-header X -m", "http-request del-header X -m bool", "http-request del-header X y"},
			},
			In: httpRules, Registered: true, Least: 1, Compile: compileDelHeader,
		},
	)
}

var host = []byte("host")

// compileAddHeader compiles set-header, and add-header.
func compileAddHeader(set bool) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if !has(a, 2) {
			return a.Fail(c, 1, "expects exactly 2 arguments.")
		}
		value, ok := compileText(c, a, 2)
		if !ok || !a.End(c, 3) {
			return nil
		}
		name := strings.ToLower(a.Words[1].Text)
		bytesOfName := []byte(name)
		isHost := bytes.Equal(bytesOfName, host) && a.Ruleset == core.HTTPRequest
		return func(s *core.Stream) core.Verdict {
			v := value.of(s)
			f := message(s)
			if set {
				f.Del(name)
			}
			if value.ok {
				f.AddRef(bytesOfName, v)
			} else {
				at := f.Alloc(len(v))
				copy(at, v)
				f.AddRef(bytesOfName, at)
			}
			if isHost {
				s.Req.SetAuthority(v)
			}
			return core.Continue
		}
	}
}

func compileDelHeader(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 1) {
		return a.Fail(c, 1, "expects at least 1 argument.")
	}
	name := strings.ToLower(a.Words[1].Text)
	method, end := "str", 2
	if len(a.Words) > 2 && a.Words[2].Text == "-m" {
		if len(a.Words) < 4 {
			return a.Fail(c, 2, "-m flag expects exactly 1 argument.")
		}
		method, end = a.Words[3].Text, 4
	}
	if !a.End(c, end) {
		return nil
	}
	pattern := []byte(name)
	var fits func(http.Field) bool
	switch method {
	case "str":
		return func(s *core.Stream) core.Verdict {
			message(s).Del(name)
			return core.Continue
		}
	case "beg":
		fits = func(f http.Field) bool { return bytes.HasPrefix(f.Name, pattern) }
	case "end":
		fits = func(f http.Field) bool { return bytes.HasSuffix(f.Name, pattern) }
	case "sub":
		fits = func(f http.Field) bool { return bytes.Contains(f.Name, pattern) }
	case "reg":
		re, err := regex.Compile(a.Words[1].Text, true)
		if err != nil {
			return a.Fail(c, 1, "%s.", err)
		}
		fits = func(f http.Field) bool { return re.Match(f.Name) }
	default:
		return a.Fail(c, 3, "-m with unsupported matching method '%s'.", method)
	}
	return func(s *core.Stream) core.Verdict {
		message(s).DelFunc(fits)
		return core.Continue
	}
}
