package action

import (
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
				Name: "replace-header", Manual: "4.2", Usage: "<name> <match-regex> <replace-fmt>",
				Doc: "Replaces whole headers of the name that the regular expression matches; \\1 to \\9 stand for its groups.",
				OK:  []string{`http-request replace-header Cookie foo=([^;]*);(.*) foo=\1;ip=%bi;\2`},
				Bad: []string{"http-request replace-header X a", "http-request replace-header X a b c", "http-request replace-header X ( b"},
			},
			In: httpRules, Registered: true, Least: 3, Compile: compileReplace(replaceFields),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "replace-value", Manual: "4.2", Usage: "<name> <match-regex> <replace-fmt>",
				Doc: "As replace-header, for each of the values that commas separate.",
				OK:  []string{`http-request replace-value X-Forwarded-For ^192\.168\.(.*)$ 172.16.\1`},
				Bad: []string{"http-request replace-value X a"},
			},
			In: httpRules, Registered: true, Least: 3, Compile: compileReplace(replaceValues),
		},
		replaceTarget("replace-path", "Replaces the path of the URL if the regular expression matches it.",
			(*http.Request).Path, (*http.Request).SetPath),
		replaceTarget("replace-pathq", "Replaces path and query of the URL if the regular expression matches them.",
			(*http.Request).PathQuery, (*http.Request).SetPathQuery),
		replaceTarget("replace-uri", "Replaces the URL if the regular expression matches it.",
			func(r *http.Request) []byte { return r.Target }, (*http.Request).SetTarget),
	)
}

// replacement is a regular expression and what takes the place of its matches:
// a format whose text refers to the groups.
type replacement struct {
	re *regex.Regexp
	by text
}

// compileReplacement compiles the two words from number i on.
func compileReplacement(c *registry.Compiler, a *registry.ActionArgs, i int) (*replacement, bool) {
	re, err := regex.Compile(a.Words[i].Text, false)
	if err != nil {
		a.Fail(c, i, "%s.", err)
		return nil, false
	}
	by, ok := compileText(c, a, i+1)
	return &replacement{re, by}, ok
}

// of returns what replaces v for s, or false if v does not match.
func (r *replacement) of(s *core.Stream, v []byte) ([]byte, bool) {
	loc := r.re.FindSubmatchIndex(v)
	if loc == nil {
		return nil, false
	}
	template := r.by.of(s)
	return regex.Expand(s.Scratch(len(template) + len(v))[:0], template, v, loc), true
}

func compileReplace(replace func(*core.Stream, *http.Fields, string, *replacement)) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if !has(a, 3) {
			return a.Fail(c, 1, "expects exactly 3 arguments.")
		}
		r, ok := compileReplacement(c, a, 2)
		if !ok || !a.End(c, 4) {
			return nil
		}
		name := strings.ToLower(a.Words[1].Text)
		isHost := name == "host" && a.Ruleset == core.HTTPRequest
		return func(s *core.Stream) core.Verdict {
			replace(s, message(s), name, r)
			if isHost && s.Req.Has(name) {
				s.Req.SetAuthority(s.Req.Host())
			}
			return core.Continue
		}
	}
}

func replaceFields(s *core.Stream, f *http.Fields, name string, r *replacement) {
	for i := f.Index(name, 0); i >= 0; i = f.Index(name, i+1) {
		if v, ok := r.of(s, f.At(i).Value); ok {
			f.SetValue(i, v)
		}
	}
}

func replaceValues(s *core.Stream, f *http.Fields, name string, r *replacement) {
	for w := f.Values(name); w.Next(); {
		if v, ok := r.of(s, w.Value()); ok {
			w.Replace(v)
		}
	}
}

// replaceTarget makes an action that replaces a part of the request's URL.
func replaceTarget(name, doc string, get func(*http.Request) []byte, set func(*http.Request, []byte)) *registry.Action {
	return &registry.Action{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<match-regex> <replace-fmt>", Doc: doc,
			OK:  []string{`http-request ` + name + ` (.*)/foo/(.*) \1/bar/\2`},
			Bad: []string{"http-request " + name + " a", "http-request " + name + " a b c"},
		},
		In: requestRules, Registered: true, Least: 2,
		Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
			if !has(a, 2) || len(a.Words) > 3 {
				return a.Fail(c, 3, "expects exactly 2 arguments <match-regex> and <replace-format>.")
			}
			r, ok := compileReplacement(c, a, 1)
			if !ok {
				return nil
			}
			return func(s *core.Stream) core.Verdict {
				if v, ok := r.of(s, get(&s.Req)); ok {
					set(&s.Req, v)
				}
				return core.Continue
			}
		},
	}
}
