package global

import (
	"bufio"
	"os"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/http"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		directive("h1-case-adjust", "3.1", "Spells a header's name in another case for peers that mind.",
			[]string{"h1-case-adjust content-length Content-Length"},
			[]string{"h1-case-adjust", "h1-case-adjust a", "h1-case-adjust a b", "h1-case-adjust a A b"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 2) {
					return
				}
				if len(st.Words) < 3 {
					c.Alert(&st.Words[0], "'h1-case-adjust' expects <from> and <to> as argument.")
					return
				}
				adjustCase(c, &st.Words[1], st.Words[1].Text, st.Words[2].Text)
			}),
		directive("h1-case-adjust-file", "3.1", "Reads pairs of names for h1-case-adjust from a file.",
			nil, []string{"h1-case-adjust-file", "h1-case-adjust-file /no/such/file/here"},
			func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					c.Alert(&st.Words[0], "'h1-case-adjust-file' expects <file> as argument.")
					return
				}
				if c.MaxArgs(st, 1, 1) {
					readCases(c, &st.Words[1])
				}
			}),
	)
}

// adjustCase enters one pair of names.
func adjustCase(c *registry.Compiler, w *ast.Word, from, to string) {
	g := c.Global()
	if g.NameCase == nil {
		g.NameCase = new(http.NameCase)
	}
	switch {
	case !strings.EqualFold(from, to):
		c.Alert(w, "<from> and <to> must not differ execpt the case")
	case !g.NameCase.Add(strings.ToLower(from), to):
		c.Alert(w, "duplicate entry '%s'", from)
	}
}

// readCases reads a file of pairs, a line each; empty lines and those that start
// with # are skipped.
func readCases(c *registry.Compiler, w *ast.Word) {
	f, err := os.Open(w.Text)
	if err != nil {
		c.Alert(w, "failed to open h1-case-adjust file '%s' : No such file or directory.", w.Text)
		return
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		words := strings.Fields(sc.Text())
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if len(words) != 2 {
			c.Alert(w, "h1-case-adjust file '%s' : a line has no two names.", w.Text)
			return
		}
		adjustCase(c, w, words[0], words[1])
	}
}
