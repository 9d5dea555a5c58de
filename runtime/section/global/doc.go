// Package global holds the keywords of the global section (configuration.txt
// 3), a file for each family. Importing it registers them.
package global

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// directive makes the record of a global keyword.
func directive(name, manual, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: manual, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Global,
		Compile: compile,
	}
}

// once are the directives of which only the first one counts, with what HAProxy
// calls them when it says so.
var once = map[string]string{
	"chroot": "'chroot'", "maxconn": "'maxconn'", "maxconnrate": "'maxconnrate'", "maxpipes": "'maxpipes'",
	"pidfile": "'pidfile'", "ulimit-n": "'ulimit-n'",
	"gid": "group/gid", "group": "group/gid", "uid": "user/uid", "user": "user/uid",
}

// already reports a line that comes too late, set telling that there was one
// before. The configuration stays valid.
func already(c *registry.Compiler, st *ast.Statement, set bool) bool {
	name, ok := once[st.Keyword()]
	if !ok || !set {
		return false
	}
	c.Alert(&st.Words[0], "%s already specified. Continuing.", name).Harmless = true
	return true
}

// number makes a keyword with one number, which goes where field says. least is
// the lowest value taken.
func number(name, manual, doc string, least int, field func(*core.Global) *int) *registry.Directive {
	return directive(name, manual, doc, []string{name + " 64"}, []string{name, name + " 1 2"},
		func(c *registry.Compiler, st *ast.Statement) {
			if already(c, st, *field(c.Global()) != 0) {
				return
			}
			n, ok := c.Integer(st)
			if !ok {
				return
			}
			if n < least {
				c.Alert(&st.Words[1], "'%s' expects a value of at least %d.", name, least)
				return
			}
			*field(c.Global()) = n
		})
}

// flag makes a keyword without arguments.
func flag(name, manual, doc string, field func(*core.Global) *bool) *registry.Directive {
	return directive(name, manual, doc, []string{name}, []string{name + " x"},
		func(c *registry.Compiler, st *ast.Statement) {
			if c.MaxArgs(st, 1, 0) {
				*field(c.Global()) = !c.Negated && !c.Defaulted
			}
		})
}

// text makes a keyword with one word; what is how messages call the word.
func text(name, manual, doc, sample, what string, field func(*core.Global) *string) *registry.Directive {
	return directive(name, manual, doc, []string{name + " " + sample}, []string{name},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) || already(c, st, *field(c.Global()) != "") {
				return
			}
			if w, ok := c.Word(st, 1, 0, what); ok {
				*field(c.Global()) = w.Text
			}
		})
}
