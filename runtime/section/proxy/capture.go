package proxy

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		captureHeader("request", "Logs a header of requests.", func(s *core.Settings) *[]core.Capture { return &s.RequestCaptures }),
		captureHeader("response", "Logs a header of responses.", func(s *core.Settings) *[]core.Capture { return &s.ResponseCaptures }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "capture cookie", Manual: "4.2", Usage: "<name> len <length>", Doc: "Logs a cookie of requests and responses.",
				OK: []string{"capture cookie SESSION len 32"}, Bad: []string{"capture cookie", "capture cookie X", "capture cookie X len"},
			},
			In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-", Compile: captureCookie,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "capture", Manual: "4.2", Usage: "{ cookie | request header | response header } <name> len <length>",
				Doc: "Logs parts of messages.", Bad: []string{"capture", "capture nonsense", "capture request", "capture request nonsense"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Frontend, "capture")
				c.Alert(word(st, 1), "'capture' expects 'cookie' or 'request header' or 'response header'.")
			},
		},
	)
}

func captureHeader(side, doc string, field func(*core.Settings) *[]core.Capture) *registry.Directive {
	name := "capture " + side + " header"
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<name> len <length>", Doc: doc,
			OK:  []string{name + " Host len 40"},
			Bad: []string{name, name + " Host", name + " Host len", name + " Host size 40", name + " Host len 40 more"},
		},
		In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if notInDefaults(c, st, "capture "+side) {
				return
			}
			warnSide(c, st, core.Frontend, "capture")
			header, n := word(st, 3), word(st, 5)
			if len(st.Words) > 6 && st.Words[6].Text != "" {
				c.Alert(&st.Words[6], "'capture %s' cannot handle unexpected argument '%s'.", side, st.Words[6].Text)
				return
			}
			if header.Text == "" || word(st, 4).Text != "len" || n.Text == "" {
				c.Alert(word(st, 3), "'capture %s' expects 'header' <header_name> 'len' <len>.", side)
				return
			}
			list := field(&c.Proxy.Settings)
			*list = append(*list, core.Capture{Name: strings.ToLower(header.Text), Len: captureLen(n)})
		},
	}
}

// captureLen reads how many bytes to keep; a negative number keeps none.
func captureLen(w *ast.Word) int { return int(min(max(value.Atol(w.Text), 0), 65535)) }

func captureCookie(c *registry.Compiler, st *ast.Statement) {
	if notInDefaults(c, st, "capture cookie") {
		return
	}
	warnSide(c, st, core.Frontend, "capture")
	name, n := word(st, 2), word(st, 4)
	// HAProxy does not look at the word "len".
	if n.Text == "" {
		c.Alert(word(st, 2), "'capture' expects 'cookie' <cookie_name> 'len' <len>.")
		return
	}
	c.Proxy.CookieCapture = &core.Capture{Name: name.Text, Len: captureLen(n)}
}

// FitCookieCapture cuts the captured part of a cookie to what
// tune.http.cookielen allows. It is called once all sections have been read.
func FitCookieCapture(c *registry.Compiler, p *core.Proxy) {
	k, most := p.CookieCapture, c.Global().Tune.CookieLen
	if k != nil && k.Len > most {
		c.Diags.Config(diag.Warning, "truncating capture length to %d bytes for %s '%s'.", most, p, p.Name).Pos = p.Pos
		k.Len = most
	}
}

// notInDefaults refuses a line in a defaults section under the name that
// HAProxy gives it there.
func notInDefaults(c *registry.Compiler, st *ast.Statement, name string) bool {
	if c.Section != registry.Defaults {
		return false
	}
	c.Alert(&st.Words[0], "'%s' not allowed in 'defaults' section.", name)
	return true
}
