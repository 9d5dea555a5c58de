package sample

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// Place is where in a configuration an expression, condition or format stands.
type Place struct {
	// Error goes in front of messages, such as "error detected while parsing
	// switching rule". "" puts nothing there.
	Error string
	// What is what warnings call the place, such as "switching rule".
	What string
	// Where are the places at which the rule will be evaluated; 0 allows every
	// fetch.
	Where registry.Places
	// Bare says that messages do not end in a full stop.
	Bare bool
	// Log says that a format's text goes into log lines: a dash stands for
	// what is missing, and blanks in a row count as one. The text of other
	// formats becomes part of messages, so control characters in values are
	// encoded there.
	Log bool
	// Here is what a message says of a fetch whose data is not there, "" for
	// "here".
	Here string
	// Keyword is what messages show, in place of the expression, when its fetch
	// has no value there; "" shows the expression.
	Keyword string
	// criterion says that the expression is an ACL's.
	criterion bool
	// acl is the name of the ACL, "" for one without.
	acl string
}

// owner is what messages call the place of a fetch, or that of a converter behind
// it.
func (p *Place) owner(fetch, converter string) string {
	of := fmt.Sprintf("sample fetch keyword '%s' in %s", fetch, p.context())
	if p.criterion {
		of = fmt.Sprintf("ACL keyword '%s'", fetch)
	}
	if converter != "" {
		return fmt.Sprintf("conversion keyword '%s' for %s", converter, of)
	}
	return of
}

func (p *Place) context() string {
	switch {
	case p.Log || p.Where == registry.LogPlace:
		return "log-format string"
	case p.What == "http-response" || p.What == "http-after-response":
		return p.What + " response"
	case p.What == "":
		return "http-request expression"
	}
	return p.What + " expression"
}

// alert reports an error at n bytes of w from offset off on. The full stop is
// its own.
func (p *Place) alert(c *registry.Compiler, w *ast.Word, off, n int, msg string) {
	if p.Error != "" {
		if strings.HasSuffix(p.Error, ":") {
			msg = p.Error + " " + msg
		} else {
			msg = p.Error + " : " + msg
		}
		if !p.Bare {
			msg += "."
		}
	}
	c.AlertAt(w.At(off, n), "%s", msg)
}
