package global

import (
	"strconv"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	for _, w := range []struct {
		scope, doc string
		field      func(*core.VarLimits) *int64
	}{
		{"global", "How many bytes all variables may take.", func(l *core.VarLimits) *int64 { return &l.Global }},
		{"proc", "How many bytes the variables of the process, and all that live in it, may take.", func(l *core.VarLimits) *int64 { return &l.Proc }},
		{"sess", "How many bytes the variables of a session, and of its transaction, may take.", func(l *core.VarLimits) *int64 { return &l.Sess }},
		{"txn", "How many bytes the variables of a transaction, its request or response included, may take.", func(l *core.VarLimits) *int64 { return &l.Txn }},
		{"reqres", "How many bytes the variables of a request, or those of a response, may take.", func(l *core.VarLimits) *int64 { return &l.ReqRes }},
		{"check", "How many bytes the variables of a check may take.", func(l *core.VarLimits) *int64 { return &l.Check }},
	} {
		name := "tune.vars." + w.scope + "-max-size"
		registry.Directives.Add(directive(name, "3.2", w.doc, []string{name + " 1000"}, []string{name + " 10k", name + " x"},
			func(c *registry.Compiler, st *ast.Statement) {
				text, at := "", &st.Words[0]
				if len(st.Words) > 1 {
					at = &st.Words[1]
					text = at.Text
				}
				n, err := strconv.ParseInt(text, 10, 64)
				if text != "" && err != nil && !strings.Contains(err.Error(), "range") {
					c.Alert(at, "%s: '%s' is an invalid size", name, text)
					return
				}
				*w.field(&c.Graph.Vars.Limits) = int64(uint32(n)) // as HAProxy keeps it
			}))
	}
}
