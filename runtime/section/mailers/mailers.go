// Package mailers holds the keywords of "mailers" sections (configuration.txt
// 3.6). Importing it registers them.
package mailers

import (
	"errors"
	"net/netip"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/mailers"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

// Begin starts the section of the given name.
func Begin(c *registry.Compiler, name *ast.Word) {
	pos := c.Statement.Pos()
	m := &core.Mailers{Section: &mailers.Section{Name: name.Text, Timeout: mailers.DefaultTimeout}, Pos: pos}
	c.Mailers = m
	if old := c.Graph.FindMailers(name.Text); old != nil {
		c.Diags.Config(diag.Alert, "Parsing [%s:%d]: mailers section '%s' has the same name as another mailers section declared at %s:%d.",
			pos.File, pos.Line, name.Text, old.Pos.File, old.Pos.Line).Pos = name.Pos
	}
	c.Graph.Mailers = append(c.Graph.Mailers, m)
	wrong := false
	c.Later(registry.Resolve, func() { wrong = c.Diags.Failed() })
	// Whether it is used is known once all proxies have been looked at.
	c.Later(registry.Build, func() {
		if !m.Used && !wrong {
			c.Diags.Config(diag.Warning, "Removing incomplete section 'mailers %s'.", m.Name).Pos = m.Pos
		}
	})
}

// keyword makes a record of a line of the section.
func keyword(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "3.6", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Mailers, Dump: "-", Compile: compile,
	}
}

func word(st *ast.Statement, i int) *ast.Word {
	if i < len(st.Words) {
		return &st.Words[i]
	}
	return &ast.Word{Pos: st.Words[len(st.Words)-1].Pos}
}

func init() {
	registry.Directives.Add(
		keyword("mailer", "<name> <address>:<port>", "A server that takes letters over SMTP.",
			[]string{"mailer smtp2 127.0.0.1:25"},
			[]string{"mailer", "mailer a", "mailer a! 127.0.0.1:25", "mailer a 127.0.0.1", "mailer a 127.0.0.1:1-2", "mailer a /run/smtp", "mailer a 127.0.0.1:0"},
			compileMailer),
		keyword("timeout", "mail <time>", "How long a letter may take.",
			[]string{"timeout mail 20s"}, []string{"timeout", "timeout mail", "timeout mail 5x", "timeout other 3s"}, compileTimeout),
	)
}

func compileMailer(c *registry.Compiler, st *ast.Statement) {
	name, w := word(st, 1), word(st, 2)
	if w.Text == "" {
		c.Alert(w, "'mailer' expects <name> and <addr>[:<port>] as arguments.")
		return
	}
	if b, at := registry.OddByte(name.Text); at >= 0 {
		c.AlertAt(name.At(at, 1), "character '%c' is not permitted in server name '%s'.", b, name.Text)
		return
	}
	a, err := value.ParseAddr(w.Text, value.ForPeer, c.Env)
	var ip netip.Addr
	if err == nil && (a.IsIP() || a.Kind == value.Host) {
		ip, err = address.Resolve(a, w.Text)
	}
	switch {
	case err != nil:
		at := *w
		var e *value.Error
		if errors.As(err, &e) && e.Off < len(w.Text) {
			at.Pos = w.At(e.Off, max(e.Len, 1))
		}
		c.Alert(&at, "'mailer %s' : %s", name.Text, err)
	case !ip.IsValid():
		c.Alert(w, "'mailer %s' : TCP not supported for this address family.", name.Text)
	default:
		c.Mailers.Mailers = append(c.Mailers.Mailers, &mailers.Mailer{Name: name.Text, Addr: netip.AddrPortFrom(ip, uint16(a.Port))})
	}
}

func compileTimeout(c *registry.Compiler, st *ast.Statement) {
	what, w := word(st, 1), word(st, 2)
	switch {
	case what.Text == "":
		c.Alert(what, "'timeout' expects 'mail' and <time> as arguments.")
		return
	case what.Text != "mail":
		c.Alert(what, "'timeout' expects 'mail' and <time> as arguments got '%s'.", what.Text)
		return
	case w.Text == "":
		c.Alert(w, "'timeout mail' expects <time> as argument.")
		return
	}
	d, warning, err := value.Time(w.Text, time.Millisecond)
	var e *value.TimeError
	switch {
	case err == nil:
		if warning != "" {
			c.WarnTime(w, warning)
		}
		c.Mailers.Timeout = d
	case errors.As(err, &e) && e.Fault == value.TimeOverflow:
		c.AlertTight(w, "timer overflow in argument <%s> to <timeout mail>, maximum value is 2147483647 ms (~24.8 days).", w.Text)
	default:
		c.AlertTight(w, "unexpected character '%s' in argument to <timeout mail>.", e.Char)
	}
}
