package action

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		setRequest("set-method", "Replaces the request's method.", "%[str(GET)]", (*http.Request).SetMethod),
		setRequest("set-path", "Replaces the path of the request's URL; the query stays.", "/%[hdr(host)]%[path]", (*http.Request).SetPath),
		setRequest("set-pathq", "Replaces path and query of the request's URL.", "/%[hdr(host)]%[pathq]", (*http.Request).SetPathQuery),
		setRequest("set-query", "Replaces the query of the request's URL.", "%[query]&x=1", (*http.Request).SetQuery),
		setRequest("set-uri", "Replaces the request's URL as a whole; a host within it becomes that of the Host header.",
			"http://%[hdr(host)]%[pathq]", (*http.Request).SetTarget),
	)
}

// setRequest makes an action that sets a part of the request line.
func setRequest(name, doc, example string, set func(*http.Request, []byte)) *registry.Action {
	return &registry.Action{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<fmt>", Doc: doc,
			OK:  []string{"http-request " + name + " " + example, "http-request " + name + " x if { src 10.0.0.0/8 }"},
			Bad: []string{"http-request " + name, "http-request " + name + " a b"},
		},
		In: requestRules, Registered: true, Least: 1,
		Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
			if !has(a, 1) || len(a.Words) > 2 {
				return a.Fail(c, 2, "expects exactly 1 argument <format>.")
			}
			v, ok := compileText(c, a, 1)
			if !ok {
				return nil
			}
			return func(s *core.Stream) core.Verdict {
				set(&s.Req, v.of(s))
				return core.Continue
			}
		},
	}
}
