package section

import (
	"fmt"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// mayInherit refuses a section that takes rules from a defaults section and
// could not run them all: rules of a defaults section belong to one side.
func mayInherit(c *registry.Compiler, from, p *core.Proxy) {
	if !hasRules(from) {
		return
	}
	reason := ""
	place := fmt.Sprintf(" (defaults section at %s:%d)", from.Pos.File, from.Pos.Line)
	switch p.Kind {
	case "defaults":
		reason = "a defaults section cannot inherit from a defaults section defining TCP/HTTP rules" + place
	case "listen":
		reason = "a listen section cannot inherit from a defaults section defining TCP/HTTP rules"
	default:
		users := stateOf(c).users
		both := users[from]|p.Caps == core.Frontend|core.Backend
		users[from] |= p.Caps
		switch {
		case both:
			reason = "frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules" + place
		case p.Has(core.Frontend) && len(from.Rules[core.TCPResponseContent]) > 0:
			reason = "a frontend section cannot inherit from a defaults section defining 'tcp-response content' rules" + place
		case p.Has(core.Backend) && len(from.Rules[core.TCPRequestConnection])+len(from.Rules[core.TCPRequestSession]) > 0:
			reason = "a backend section cannot inherit from a defaults section defining 'tcp-request connection' or 'tcp-request session' rules" + place
		}
	}
	if reason != "" {
		c.Diags.Line(diag.Alert, p.Pos, c.Statement.Source, "%s.", reason)
	}
}

func hasRules(p *core.Proxy) bool {
	for _, rules := range p.Rules {
		if len(rules) > 0 {
			return true
		}
	}
	return false
}
