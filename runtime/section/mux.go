package section

import (
	"gohap/parser/diag"
	"gohap/runtime/core"
)

// muxes looks at the protocols that bind and server lines force: those of HTTP
// need a proxy that speaks it.
func (k *check) muxes() {
	p := k.p
	const unusable = "proxy '%s' : MUX protocol '%s' is not usable for %s at [%s:%d]."
	var last diag.Pos
	for _, l := range p.Listeners {
		if l.Pos == last {
			continue // another address of the same line
		}
		last = l.Pos
		if p.Mode != core.HTTP && (l.Proto == "h1" || l.Proto == "h2") {
			k.c.Diags.Config(diag.Alert, unusable, p.Name, l.Proto, "'bind "+l.Text+"'", l.Pos.File, l.Pos.Line).Pos = l.Pos
		}
	}
	for _, s := range p.Servers {
		if p.Mode != core.HTTP && (s.Proto == "h1" || s.Proto == "h2") {
			k.c.Diags.Config(diag.Alert, unusable, p.Name, s.Proto, "server '"+s.Name+"'", s.Pos.File, s.Pos.Line).Pos = s.Pos
		}
	}
}
