// Package server reads "server", "default-server" and "server-template" lines
// and holds their options (configuration.txt 5.2), a file for each family.
// Importing it registers them.
package server

import (
	"errors"
	"fmt"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// option makes the record of an option. ok and bad are what follows the address
// on a server line. Compile gets as many arguments as arity says: those missing
// at the end of the line are empty.
func option(name, doc string, arity int, ok, bad []string, compile func(*registry.Compiler, *core.ServerSettings, []ast.Word)) *registry.ServerOption {
	return &registry.ServerOption{
		Keyword: registry.Keyword{Name: name, Manual: "5.2", Doc: doc, OK: lines(ok), Bad: lines(bad)},
		Arity:   arity, InAdd: !notInAdd[name], Compile: compile,
	}
}

// notInAdd are the options that servers cannot have which the runtime API adds, as
// HAProxy has it.
var notInAdd = map[string]bool{
	"cookie":                  true,
	"init-addr":               true,
	"log-proto":               true,
	"max-reuse":               true,
	"namespace":               true,
	"no-agent-check":          true,
	"no-check":                true,
	"no-check-send-proxy":     true,
	"no-check-ssl":            true,
	"no-send-proxy-v2-ssl":    true,
	"no-send-proxy-v2-ssl-cn": true,
	"no-ssl":                  true,
	"non-stick":               true,
	"redir":                   true,
	"resolve-net":             true,
	"resolve-opts":            true,
	"resolve-prefer":          true,
	"resolvers":               true,
	"socks4":                  true,
	"ssl-reuse":               true,
	"stick":                   true,
	"tcp-ut":                  true,
}

// lines makes server lines of options.
func lines(options []string) []string {
	var all []string
	for _, o := range options {
		all = append(all, "server s 127.0.0.1:80 "+o)
	}
	return all
}

// flag makes an option without arguments that sets something.
func flag(name, doc string, set func(*core.ServerSettings)) *registry.ServerOption {
	return option(name, doc, 0, []string{name}, nil, func(_ *registry.Compiler, s *core.ServerSettings, _ []ast.Word) { set(s) })
}

// number makes an option whose argument is read as HAProxy reads most numbers:
// whatever is none is 0.
func number(name, doc string, field func(*core.ServerSettings) *int) *registry.ServerOption {
	return option(name, doc, 1, []string{name + " 10"}, nil, func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
		if w[1].Text == "" {
			c.Note(&w[0], "'%s' without a number is 0.", name)
		}
		*field(s) = int(value.Atol(w[1].Text))
	})
}

// counted makes an option with a number above 0.
func counted(name, doc, invalid string, field func(*core.ServerSettings) *int) *registry.ServerOption {
	return option(name, doc, 1, []string{name + " 3"}, []string{name, name + " 0", name + " x"},
		func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
			n := int(value.Atol(w[1].Text))
			switch {
			case w[1].Text == "":
				fail(c, &w[1], "'%s' expects an integer argument.", name)
			case n <= 0:
				fail(c, &w[1], "%s has to be > 0.", invalid)
			default:
				*field(s) = n
			}
		})
}

// delay makes an option with a time above 0.
func delay(name, doc string, field func(*core.ServerSettings) *time.Duration) *registry.ServerOption {
	return option(name, doc, 1, []string{name + " 2s", name + " 1500"}, []string{name, name + " 0", name + " 5x"},
		func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
			if w[1].Text == "" {
				fail(c, &w[1], "'%s' expects a delay as argument.", name)
				return
			}
			d, ok := duration(c, &w[1], name, "agent-inter")
			if !ok {
				return
			}
			if d == 0 {
				fail(c, &w[1], "invalid value %d for argument '%s' of server %s.", 0, name, nameOf(c))
				return
			}
			*field(s) = d
		})
}

// duration reads a time in milliseconds. shown is what HAProxy calls the option
// when there is a wrong character, which is not always its name.
func duration(c *registry.Compiler, w *ast.Word, name, shown string) (time.Duration, bool) {
	d, warning, err := value.Time(w.Text, time.Millisecond)
	if err == nil {
		if warning != "" {
			c.WarnTime(w, warning)
		}
		noteShort(c, w, name, d)
		return d, true
	}
	var e *value.TimeError
	if errors.As(err, &e) && e.Fault == value.TimeOverflow {
		fail(c, w, "timer overflow in argument <%s> to <%s> of server %s, maximum value is 2147483647 ms (~24.8 days).", w.Text, name, nameOf(c))
	} else {
		fail(c, w, "unexpected character '%s' in '%s' argument of server %s.", e.Char, shown, nameOf(c))
	}
	return 0, false
}

// noteShort points, under -dD, at a short time without a unit: "inter 4" is
// four milliseconds, which hardly anybody wants.
func noteShort(c *registry.Compiler, w *ast.Word, name string, d time.Duration) {
	last := w.Text[len(w.Text)-1]
	if d > 0 && d < time.Second && last >= '0' && last <= '9' {
		c.Note(w, "'%s %s' is %d milliseconds; write '%sms' if that is meant, or '%ss' for seconds.", name, w.Text, d.Milliseconds(), w.Text, w.Text)
	}
}

// oneOf makes an option whose argument is one of some words. message words the
// error, with %s for what came.
func oneOf(name, doc string, words []string, message string, field func(*core.ServerSettings) *string) *registry.ServerOption {
	var ok []string
	for _, w := range words {
		ok = append(ok, name+" "+w)
	}
	return option(name, doc, 1, ok, []string{name, name + " nonsense"},
		func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
			for _, known := range words {
				if w[1].Text == known {
					*field(s) = known
					return
				}
			}
			fail(c, &w[1], message, w[1].Text)
		})
}

// nameOf is what messages call the server of the line.
func nameOf(c *registry.Compiler) string {
	switch c.Statement.Keyword() {
	case "server", "nameserver", "peer":
		return c.Statement.Words[1].Text
	case "server-template":
		return "(null)"
	}
	return "default-server"
}

// prefix starts the messages about a line: its place, and its server.
func prefix(c *registry.Compiler) string {
	at := c.Statement.Pos()
	p := fmt.Sprintf("[%s:%d] : ", at.File, at.Line)
	if name := nameOf(c); name != "default-server" {
		p += fmt.Sprintf("'server %s/%s' : ", c.Proxy.Name, name)
	}
	return p
}

// fail reports an error of an option.
func fail(c *registry.Compiler, w *ast.Word, format string, args ...any) {
	report(c, diag.Alert, w, prefix(c)+fmt.Sprintf(format, args...)+".")
}

// unsupported reports a part of an option that gohap does not have yet.
func unsupported(c *registry.Compiler, w *ast.Word, what string) {
	fail(c, w, "'%s' is a HAProxy keyword that gohap does not support yet", what)
}

// report adds a message about a line, which HAProxy gives another form than
// other sections' messages.
func report(c *registry.Compiler, severity diag.Severity, w *ast.Word, message string) *diag.Diagnostic {
	d := c.Diags.Config(severity, "%s", message)
	d.Pos, d.Source = w.Pos, c.Statement.Source
	return d
}
