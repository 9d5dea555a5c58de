package action

import (
	"slices"

	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "capture", Manual: "4.2", Usage: "<expr> [ len <length> | id <id> ]",
			Doc: "Keeps the text of an expression for the logs, in a place of its own or in one that \"declare capture\" made.",
			OK:  []string{"http-request capture hdr(user-agent) len 40"},
			Bad: []string{"http-request capture", "http-request capture hdr(a)", "http-request capture hdr(a) len 0",
				"http-request capture hdr(a) foo 1", "http-response capture res.hdr(a) len 10"},
		},
		In:         httpRules | registry.InRulesets(core.TCPRequestContent),
		Registered: true, Least: 1, Compile: compileCapture,
	})
}

const captureUsage = "expects <expression> [ 'len' <length> | id <idx> ]."

func compileCapture(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	tcp := a.Ruleset == core.TCPRequestContent
	if !has(a, 1) || !tcp && !has(a, 3) {
		return a.Fail(c, 1, captureUsage)
	}
	e, ok := sample.Expr(c, &a.Words[1], place(a))
	if !ok {
		return nil
	}
	if tcp && !(has(a, 3) && a.Words[2].Text == "len" && value.Atol(a.Words[3].Text) > 0) {
		c.Alert(&a.Words[len(a.Words)-1], "'tcp-request content capture' : a positive 'len' argument is mandatory")
		return nil
	}
	number := int(value.Atol(a.Words[3].Text))
	switch word := a.Words[2].Text; {
	case a.Ruleset == core.HTTPResponse && word != "id", a.Ruleset == core.HTTPAfterResponse && word != "id":
		return a.Fail(c, 2, "expects 'id', found '%s'.", word)
	case word == "id":
		if !a.End(c, 4) {
			return nil
		}
		checkCapture(c, a, number)
		return capture(e, number, a.Ruleset == core.HTTPRequest)
	case word != "len":
		return a.Fail(c, 2, "expects 'len' or 'id', found '%s'.", word)
	case !c.Proxy.Has(core.Frontend):
		return a.Fail(c, 1, "proxy '%s' has no frontend capability.", c.Proxy.Name)
	case number <= 0:
		return a.Fail(c, 3, "length must be > 0.")
	}
	if !a.End(c, 4) {
		return nil
	}
	c.Proxy.RequestCaptures = append(slices.Clip(c.Proxy.RequestCaptures), core.Capture{Len: number})
	return capture(e, len(c.Proxy.RequestCaptures)-1, true)
}

// checkCapture sees to it that a frontend has the place that it refers to;
// backends use those of whichever frontend the stream came through.
func checkCapture(c *registry.Compiler, a *registry.ActionArgs, id int) {
	w, set := &a.Words[3], a.Ruleset
	if set == core.HTTPAfterResponse {
		set = core.HTTPResponse
	}
	c.Later(registry.Check, func() {
		p := c.Proxy
		places := p.ResponseCaptures
		if set == core.HTTPRequest {
			places = p.RequestCaptures
		}
		if p.Has(core.Frontend) && p.Kind != "defaults" && (id < 0 || id >= len(places)) {
			c.Diags.Config(0, "Proxy '%s': unable to find capture id '%d' referenced by %s capture rule.", p.Name, id, set).Pos = w.Pos
		}
	})
}

func capture(e core.Expr, id int, request bool) core.Action {
	return func(s *core.Stream) core.Verdict {
		places, kept := s.Frontend.ResponseCaptures, &s.ResponseCaptures
		if request {
			places, kept = s.Frontend.RequestCaptures, &s.RequestCaptures
		}
		for len(*kept) < len(places) {
			*kept = append(*kept, nil)
		}
		p := s.Borrow()
		defer s.Return()
		if id < 0 || id >= len(places) || !e.Eval(s, core.Str, p) {
			return core.Continue
		}
		(*kept)[id] = s.Keep(p.Bytes[:min(len(p.Bytes), places[id].Len)])
		return core.Continue
	}
}
