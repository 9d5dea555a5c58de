package action

import (
	"slices"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "cache-use", Manual: "6.2.2", Usage: "<name>",
				Doc: "Answers from a cache if that has a response for the request; rules that follow run still.",
				OK:  []string{"http-request cache-use static if { path_beg /static/ }"},
				Bad: []string{"http-request cache-use", "http-request cache-use static x", "http-response cache-use static"},
			},
			In: requestRules, Registered: true, Least: 1, Compile: cacheAction(core.Control.UseCache),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "cache-store", Manual: "6.2.2", Usage: "<name>",
				Doc: "Stores the response in a cache, with its headers as they are now, if it may be stored.",
				OK:  []string{"http-response cache-store static"},
				Bad: []string{"http-response cache-store", "http-response cache-store static x", "http-request cache-store static"},
			},
			In: registry.InRulesets(core.HTTPResponse), Registered: true, Least: 1, Compile: cacheAction(core.Control.StoreInCache),
		},
	)
}

// cacheAction makes the compile function of an action on a cache.
func cacheAction(do func(core.Control, *core.Cache)) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if !has(a, 1) {
			return a.Fail(c, 1, "expects a cache name.")
		}
		if !a.End(c, 2) {
			return nil
		}
		name := a.Words[1].Text
		c.Proxy.CacheNames = append(slices.Clip(c.Proxy.CacheNames), name)
		var target *core.Cache
		c.Later(registry.Resolve, func() { target = c.Graph.Cache(name) })
		return func(s *core.Stream) core.Verdict {
			if s.Control != nil {
				do(s.Control, target)
			}
			return core.Continue
		}
	}
}
