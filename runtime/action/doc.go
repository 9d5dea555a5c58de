// Package action holds the actions of rules (configuration.txt 4.2 "http-request",
// "http-response", "http-after-response", "tcp-request …", "tcp-response …"), a
// file for an action or a close family. Importing it registers them.
package action

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// The rulesets that most actions share.
var (
	httpRules     = registry.InRulesets(core.HTTPRequest, core.HTTPResponse, core.HTTPAfterResponse)
	messageRules  = registry.InRulesets(core.HTTPRequest, core.HTTPResponse)
	requestRules  = registry.InRulesets(core.HTTPRequest)
	responseRules = registry.InRulesets(core.HTTPResponse, core.HTTPAfterResponse)
	tcpRules      = registry.InRulesets(core.TCPRequestConnection, core.TCPRequestSession, core.TCPRequestContent, core.TCPResponseContent)
	// streamRules run on streams, others on connections.
	streamRules = messageRules | registry.InRulesets(core.TCPRequestContent, core.TCPResponseContent)
	allRules    = httpRules | tcpRules
)

// always makes a compile function for an action without arguments.
func always(do core.Action) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if !a.End(c, 1) {
			return nil
		}
		return do
	}
}

// place is where the rule's expressions and formats stand.
func place(a *registry.ActionArgs) sample.Place {
	return sample.Place{Error: a.Error, What: a.Ruleset.String(), Where: a.Where, Bare: a.Ruleset.TCP()}
}

// has reports whether the action has words up to number n and none of them is
// empty.
func has(a *registry.ActionArgs, n int) bool {
	for i := 1; i <= n; i++ {
		if i >= len(a.Words) || a.Words[i].Text == "" {
			return false
		}
	}
	return true
}

// text is a compiled format whose value becomes part of a message.
type text struct {
	format core.Format
	// fixed is the value where the format is constant.
	fixed []byte
	ok    bool
}

// compileText compiles word i of the action.
func compileText(c *registry.Compiler, a *registry.ActionArgs, i int) (text, bool) {
	return compileWord(c, a, &a.Words[i])
}

func compileWord(c *registry.Compiler, a *registry.ActionArgs, w *ast.Word) (text, bool) {
	f, ok := sample.Format(c, w, place(a))
	if !ok {
		return text{}, false
	}
	t := text{format: f}
	t.fixed, t.ok = sample.Constant(f)
	return t, true
}

// of returns the value for s, valid until another one is asked for.
func (t *text) of(s *core.Stream) []byte {
	if t.ok {
		return t.fixed
	}
	return s.Text(t.format)
}

// keep returns the value for s, valid as long as s is.
func (t *text) keep(s *core.Stream) []byte {
	if t.ok {
		return t.fixed
	}
	return s.Keep(s.Text(t.format))
}

// message returns the fields that a rule works on: the response's once there is
// one.
func message(s *core.Stream) *http.Fields {
	if s.Response {
		return &s.Res.Fields
	}
	return &s.Req.Fields
}
