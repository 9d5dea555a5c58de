package global

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// Directives that older releases of HAProxy took and 2.6 refuses.
func init() {
	registry.Directives.Add(
		nbproc("nbproc", "Once chose the number of processes.", "nbproc 2", 1,
			"nbproc is not supported any more since HAProxy 2.5. "+
				"Threads will automatically be used on multi-processor machines if available."),
		old("debug", "Once showed all traffic on the terminal; -d still does.", "debug", 0,
			"'debug' is not supported any more in the configuration; use the command line's -d."),
	)
}

// nbproc is old, and remembers the number for the lines that name processes.
func nbproc(name, doc, sample string, args int, message string) *registry.Directive {
	d := old(name, doc, sample, args, message)
	upgrade := d.Compile
	d.Compile = func(c *registry.Compiler, st *ast.Statement) {
		if len(st.Words) > 1 {
			c.Global().NbProc = value.Atoi(st.Words[1].Text)
		}
		upgrade(c, st)
	}
	return d
}

// old makes a directive of older releases that is read as nothing.
func old(name, doc, sample string, args int, message string) *registry.Directive {
	d := directive(name, "3.1", doc, []string{sample}, nil, func(c *registry.Compiler, st *ast.Statement) {
		if c.MaxArgs(st, 1, args) {
			c.Upgrade(&st.Words[0], "", "%s", message)
		}
	})
	d.Old, d.Dump = true, "-"
	return d
}
