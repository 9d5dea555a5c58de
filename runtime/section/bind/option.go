package bind

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// option makes the record of a bind option. ok and bad are what follows an
// address on the line.
func option(name, doc string, arity int, ok, bad []string, compile func(*registry.Compiler, *core.BindSettings, []ast.Word)) *registry.BindOption {
	line := func(options []string) []string {
		var all []string
		for _, o := range options {
			all = append(all, "bind :8080 "+o)
		}
		return all
	}
	return &registry.BindOption{
		Keyword: registry.Keyword{Name: name, Manual: "5.1", Doc: doc, OK: line(ok), Bad: line(bad)},
		Arity:   arity,
		Missing: "'" + name + "' : " + missing(name),
		Compile: compile,
	}
}

// flag makes an option without arguments.
func flag(name, doc string, field func(*core.BindSettings) *bool) *registry.BindOption {
	return option(name, doc, 0, []string{name}, nil, func(_ *registry.Compiler, l *core.BindSettings, _ []ast.Word) {
		*field(l) = true
	})
}

// text makes an option with one word.
func text(name, doc, sample string, field func(*core.BindSettings) *string) *registry.BindOption {
	return option(name, doc, 1, []string{name + " " + sample}, []string{name},
		func(_ *registry.Compiler, l *core.BindSettings, w []ast.Word) { *field(l) = w[1].Text })
}

// number makes an option with a number from least to most; wrong is what is said
// of another, after the option's name, with a %d for the number.
func number(name, doc string, least, most int, wrong string, field func(*core.BindSettings) *int) *registry.BindOption {
	return option(name, doc, 1, []string{name + " 10"}, []string{name},
		func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
			n := value.Atoi(w[1].Text)
			if n < least || n > most {
				text := wrong
				if strings.Contains(wrong, "%d") {
					text = fmt.Sprintf(wrong, n)
				}
				c.Option(&w[1], "'%s' : %s", name, text)
				return
			}
			*field(l) = n
		})
}

// missing is HAProxy's complaint when an option's argument is not there.
func missing(option string) string {
	switch option {
	case "tls-ticket-keys":
		return "missing TLS ticket keys file path"
	case "ca-sign-file":
		return "missing CAfile path"
	case "ca-sign-pass":
		return "missing CAkey password"
	case "crt", "crt-list":
		return "missing certificate location"
	case "expose-fd":
		return "missing fd type"
	case "group", "user":
		return "missing " + option + " name"
	case "interface":
		return "missing interface name"
	case "id":
		return "expects an integer argument"
	case "level", "name":
		return "missing " + option
	case "mode":
		return "missing or invalid mode '' (octal integer expected)"
	case "mss":
		return "missing MSS value"
	case "namespace":
		return "missing namespace id"
	case "process":
		return "'' is not a valid number/range. It supports numbers from 1 to 1."
	case "thread":
		return "'' is not a valid number/range. It supports numbers from 1 to 64."
	case "severity-output":
		return "missing severity format"
	case "tcp-ut":
		return "missing TCP User Timeout value"
	}
	return "missing value"
}
