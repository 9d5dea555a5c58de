package action

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http/normal"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "normalize-uri", Manual: "4.2",
			Usage: "{ fragment-encode | fragment-strip | path-merge-slashes | path-strip-dot | path-strip-dotdot [full] | " +
				"percent-decode-unreserved [strict] | percent-to-uppercase [strict] | query-sort-by-name }",
			Doc: "Rewrites the request's URL so that different ways to write the same come out alike.",
			Bad: []string{"http-request normalize-uri", "http-request normalize-uri path-merge-slashes", "http-request normalize-uri nonsense"},
		},
		In: requestRules, Registered: true, Least: 1, Compile: compileNormalize,
	})
}

// normalizer rewrites a part of the URL.
type normalizer struct {
	get func(*http.Request) []byte
	set func(*http.Request, []byte)
	run func(dst, part []byte) ([]byte, bool)
	// option is a word that may follow, which makes with of it.
	option string
	with   func(dst, part []byte) ([]byte, bool)
}

var normalizers = func() map[string]normalizer {
	target := normalizer{get: func(r *http.Request) []byte { return r.Target }, set: (*http.Request).SetTarget}
	path := normalizer{get: (*http.Request).Path, set: (*http.Request).SetPath}
	pathq := normalizer{get: (*http.Request).PathQuery, set: (*http.Request).SetPathQuery}
	query := normalizer{get: (*http.Request).Query, set: (*http.Request).SetQuery}
	plain := func(n normalizer, run func([]byte, []byte) ([]byte, bool)) normalizer {
		n.run = run
		return n
	}
	optional := func(n normalizer, option string, run func(bool) func([]byte, []byte) ([]byte, bool)) normalizer {
		n.run, n.option, n.with = run(false), option, run(true)
		return n
	}
	return map[string]normalizer{
		"fragment-encode":           plain(target, normal.EncodeFragment),
		"fragment-strip":            plain(target, normal.StripFragment),
		"path-merge-slashes":        plain(path, normal.MergeSlashes),
		"path-strip-dot":            plain(path, normal.StripDot),
		"path-strip-dotdot":         optional(path, "full", normal.StripDotDot),
		"percent-decode-unreserved": optional(pathq, "strict", normal.DecodeUnreserved),
		"percent-to-uppercase":      optional(pathq, "strict", normal.Uppercase),
		"query-sort-by-name":        plain(query, normal.SortQuery),
	}
}()

func compileNormalize(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !c.Global().Experimental {
		c.Alert(&a.Words[0], "'normalize-uri' action is experimental, must be allowed via a global 'expose-experimental-directives'")
		return nil
	}
	if !has(a, 1) {
		return a.Fail(c, 0, "missing argument <normalizer>.")
	}
	name, end := a.Words[1].Text, 2
	n, ok := normalizers[name]
	if !ok {
		return a.Fail(c, 1, "unknown normalizer '%s'.", name)
	}
	run := n.run
	if n.option != "" && len(a.Words) > 2 {
		if a.Words[2].Text != n.option {
			return a.Fail(c, 2, "unknown argument '%s' for '%s' normalizer.", a.Words[2].Text, name)
		}
		run, end = n.with, 3
	}
	if !a.End(c, end) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		part := n.get(&s.Req)
		if part == nil {
			return core.Continue
		}
		// Encoding makes three bytes of one.
		v, ok := run(s.Scratch(3 * len(part))[:0], part)
		if !ok {
			s.Reply = core.Answer{Status: 400, Denied: true}
			return core.Reply
		}
		n.set(&s.Req, v)
		return core.Continue
	}
}
