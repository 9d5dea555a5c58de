package action

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "switch-mode", Manual: "4.2", Usage: "http [proto <name>]",
			Doc: "Makes HTTP of a TCP session: what the client has sent and all that follows are requests.",
			OK:  []string{"tcp-request content switch-mode http if HTTP", "tcp-request content switch-mode http proto h1"},
			Bad: []string{
				"tcp-request content switch-mode", "tcp-request content switch-mode tcp",
				"tcp-request content switch-mode http proto", "tcp-request content switch-mode http proto foo",
				"tcp-request content switch-mode http x",
			},
		},
		In: registry.InRulesets(core.TCPRequestContent), Final: true, Registered: true, Compile: compileSwitchMode,
	})
}

func compileSwitchMode(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	fail := func(i int, format string, args ...any) core.Action {
		c.Alert(&a.Words[min(i, len(a.Words)-1)], "'tcp-request switch-mode'"+format, args...)
		return nil
	}
	p := c.Proxy
	switch {
	case !p.Has(core.Frontend):
		return fail(0, " not allowed because %s '%s' has no frontend capability", p, p.Name)
	case !has(a, 1):
		return fail(0, " expects a mode as argument.")
	case a.Words[1].Text != "http":
		return fail(1, " expects a valid mode (got '%s').", a.Words[1].Text)
	}
	words := 2
	if len(a.Words) > 2 && a.Words[2].Text == "proto" {
		if !has(a, 3) {
			return fail(2, ": 'proto' expects a protocol as argument.")
		}
		switch name := a.Words[3].Text; name {
		case "h1":
		case "h2":
			return fail(3, ": 'proto h2' is a HAProxy keyword that gohap does not support yet.")
		default:
			return fail(3, ": 'proto' expects a valid MUX protocol, if specified (got '%s')", name)
		}
		words = 4
	}
	if !a.End(c, words) {
		return nil
	}
	p.SwitchesMode = true
	return func(s *core.Stream) core.Verdict {
		if s.RequestParsed {
			return core.Continue // the stream is the request already
		}
		return core.Upgrade
	}
}
