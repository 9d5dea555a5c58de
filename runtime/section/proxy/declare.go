package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "declare", Manual: "4.2", Usage: "capture { request | response } len <length>",
			Doc: "Makes a place for what rules capture later, which logs show.",
			OK:  []string{"declare capture request len 30", "declare capture response len 10"},
			Bad: []string{"declare", "declare nonsense", "declare capture", "declare capture request", "declare capture request len",
				"declare capture request len x", "declare capture request len 0"},
		},
		In: registry.Proxies, Compile: compileDeclare,
	})
}

func compileDeclare(c *registry.Compiler, st *ast.Statement) {
	if c.Section&(registry.Frontend|registry.Listen) == 0 {
		c.Alert(&st.Words[0], "'declare' only available in frontend or listen section")
		return
	}
	kind, side, length := word(st, 1), word(st, 2), word(st, 4)
	p := c.Proxy
	list := &p.RequestCaptures
	if side.Text == "response" {
		list = &p.ResponseCaptures
	}
	n, err := value.Int(length.Text)
	switch {
	case kind.Text == "":
		c.Alert(kind, "'declare' needs a second keyword that specify the type of declaration ('capture')")
	case kind.Text != "capture":
		c.Alert(kind, "unknown declaration type '%s' (supports 'capture')", kind.Text)
	case side.Text != "request" && side.Text != "response":
		c.Alert(side, "'declare capture' requires a direction ('request' or 'response')")
	case word(st, 3).Text != "len":
		c.Alert(word(st, 3), "'declare capture' requires a capture length ('len')")
	case length.Text == "":
		c.Alert(length, "'declare capture': 'len' requires a numeric value that represents the capture length")
	case err != nil:
		c.Alert(length, "'declare capture': cannot parse the length '%s'.", word(st, 3).Text)
	case n <= 0:
		c.Alert(length, "length must be > 0")
	default:
		*list = append(*list, core.Capture{Len: int(min(n, 65535))})
	}
}
