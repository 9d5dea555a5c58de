package action

import (
	"strings"
	"time"

	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "set-timeout", Manual: "4.2", Usage: "{ server | tunnel } { <timeout> | <expr> }",
			Doc: "Replaces a timeout of the backend for this stream; an expression gives milliseconds.",
			Bad: []string{"http-request set-timeout", "http-request set-timeout server", "http-request set-timeout client 1s"},
		},
		In: requestRules, Registered: true, Least: 2, Compile: compileSetTimeout,
	})
}

func compileSetTimeout(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 2) {
		return a.Fail(c, 1, "expects exactly 2 arguments.")
	}
	which := a.Words[1].Text
	if which != "server" && which != "tunnel" {
		return a.Fail(c, 1, "'set-timeout' rule supports 'server'/'tunnel' (got '%s').", which)
	}
	if !c.Proxy.Has(core.Backend) {
		return a.Fail(c, 0, "proxy '%s' has no backend capability.", c.Proxy.Name)
	}
	set := func(s *core.Stream, d time.Duration) {
		if which == "server" {
			s.Timeout.Server, s.KeepServerTimeout = d, true
		} else {
			s.Timeout.Tunnel, s.KeepTunnelTimeout = d, true
		}
	}
	word := a.Words[2].Text
	if name, _, _ := strings.Cut(word, "("); !isFetch(strings.SplitN(name, ",", 2)[0]) {
		d, _, err := value.Time(word, time.Millisecond)
		switch {
		case err != nil:
			return a.Fail(c, 2, "%s in rule 'set-timeout %s'.", err, which)
		case d == 0:
			return a.Fail(c, 2, "null value is not valid for a 'set-timeout %s' rule.", which)
		case !a.End(c, 3):
			return nil
		}
		return func(s *core.Stream) core.Verdict {
			set(s, d)
			return core.Continue
		}
	}
	e, ok := sample.Expr(c, &a.Words[2], place(a))
	if !ok || !a.End(c, 3) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		p := s.Borrow()
		if e.Eval(s, core.Sint, p) && p.Int > 0 {
			set(s, time.Duration(p.Int)*time.Millisecond)
		}
		s.Return()
		return core.Continue
	}
}

// isFetch tells an expression from a time.
func isFetch(name string) bool {
	_, ok := registry.Fetches.Find(name)
	return ok || registry.HAProxyHas('f', name)
}
