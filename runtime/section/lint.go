package section

import (
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// lint points, under -dD, at what HAProxy is silent about: rules that nothing
// reaches and ACLs that nothing uses.
func lint(c *registry.Compiler, p *core.Proxy) {
	for set := core.Ruleset(0); set < core.Rulesets; set++ {
		if set != core.HTTPRequest && set != core.HTTPResponse && set != core.HTTPAfterResponse {
			unreachable(c, set.String(), p.Rules[set])
		}
	}
	unreachable(c, "redirect", p.Redirects)
	for i := range p.Switch {
		if p.Switch[i].Cond == nil && p.Switch[i].Dynamic == nil && i+1 < len(p.Switch) {
			note(c, p.Switch[i+1].Pos, "this 'use_backend' rule is never reached: the one at line %d always applies.", p.Switch[i].Pos.Line)
			break
		}
	}
	for _, a := range sample.UnusedACLs(p) {
		note(c, a.Pos, "acl '%s' is never used.", a.Text)
	}
}

// unreachable notes the first rule behind one that always applies and ends the
// set. HAProxy itself warns of that for the rules of HTTP messages.
func unreachable(c *registry.Compiler, what string, rules []core.Rule) {
	for i := range rules {
		if r := &rules[i]; r.Final && r.Cond == nil && i+1 < len(rules) {
			note(c, rules[i+1].Pos, "this '%s' rule is never reached: the one at line %d always applies.", what, r.Pos.Line)
			return
		}
	}
}

func note(c *registry.Compiler, at diag.Pos, format string, args ...any) {
	c.Diags.Parsing(diag.Diag, at, "", format, args...)
}
