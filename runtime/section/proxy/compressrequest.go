package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/compress"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// compileRequestAlgorithm reads "compression algo-req": servers are not asked, so
// there is one.
func compileRequestAlgorithm(c *registry.Compiler, st *ast.Statement, z *core.Compression) {
	w := word(st, 2)
	if w.Text == "" {
		c.Alert(word(st, 1), "'compression algo-req' expects <algorithm>.")
		return
	}
	a, ok := compress.Lookup(w.Text)
	switch {
	case !ok:
		c.Alert(w, "'compression' : '%s' is not a supported algorithm.", w.Text)
	case !c.MaxArgs(st, 2, 1):
	case a == compress.Identity:
		z.RequestAlgorithm = compress.None
	default:
		z.RequestAlgorithm = a
	}
}

// compileTypes reads a list of content types.
func compileTypes(c *registry.Compiler, st *ast.Statement, list *[]string) {
	if len(st.Words) < 3 {
		c.Alert(word(st, 1), "'%s' expects <type>.", st.Keyword())
		return
	}
	for _, w := range st.Words[2:] {
		*list = append(*list, w.Text)
	}
}

// compileLeast reads the size that bodies must have.
func compileLeast(c *registry.Compiler, st *ast.Statement, least *int64) {
	w := word(st, 2)
	if w.Text == "" {
		c.Alert(word(st, 1), "'compression %s' expects <size>.", word(st, 1).Text)
		return
	}
	n, err := value.Size(w.Text)
	if err != nil {
		c.Alert(w, "'compression %s' : %s in <size>.", word(st, 1).Text, err)
		return
	}
	if c.MaxArgs(st, 2, 1) {
		*least = n
	}
}

func compileDirection(c *registry.Compiler, st *ast.Statement, z *core.Compression) {
	w := word(st, 2)
	switch w.Text {
	case "response":
		z.Direction = core.Responses
	case "request":
		z.Direction = core.Requests
	case "both":
		z.Direction = core.BothDirections
	default:
		c.Alert(w, "'compression direction' expects 'request', 'response', or 'both'.")
		return
	}
	c.MaxArgs(st, 2, 1)
}
