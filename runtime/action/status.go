package action

import (
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "set-status", Manual: "4.2", Usage: "<status> [ reason <str> ]",
			Doc: "Replaces the response's status, and the text behind it by the given one or the usual one.",
			OK:  []string{"http-response set-status 431", `http-after-response set-status 503 reason "Slow Down"`},
			Bad: []string{"http-response set-status", "http-response set-status 99", "http-response set-status 200 foo", "http-response set-status 200 reason a b"},
		},
		In: responseRules, Registered: true, Least: 1, Compile: compileSetStatus,
	})
}

func compileSetStatus(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 1) {
		return a.Fail(c, 1, "expects 1 argument: <status>; or 3 arguments: <status> reason <fmt>.")
	}
	code := int(value.Atol(a.Words[1].Text))
	if code < 100 || code > 999 {
		return a.Fail(c, 1, "expects an integer status code between 100 and 999.")
	}
	var reason []byte
	end := 2
	if has(a, 3) && a.Words[2].Text == "reason" {
		reason, end = []byte(a.Words[3].Text), 4
	}
	if !a.End(c, end) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		s.Res.SetStatus(code)
		if reason != nil {
			s.Res.Reason = reason
		}
		s.Log.Status = code
		return core.Continue
	}
}
