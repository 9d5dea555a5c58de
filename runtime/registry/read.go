package registry

import (
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
)

// MaxArgs reports whether st has at most n words after its name, which is of
// k words; the first one too many is an error.
func (c *Compiler) MaxArgs(st *ast.Statement, k, n int) bool {
	if len(st.Words) <= k+n {
		return true
	}
	w := &st.Words[k+n]
	c.Alert(w, "'%s' cannot handle unexpected argument '%s'.", joinWords(st.Words[:k]), w.Text)
	return false
}

// Word returns argument i (from 0) after a name of k words. Without one it
// reports "'name' expects what".
func (c *Compiler) Word(st *ast.Statement, k, i int, what string) (*ast.Word, bool) {
	if len(st.Words) > k+i && st.Words[k+i].Text != "" {
		return &st.Words[k+i], true
	}
	c.Alert(&st.Words[len(st.Words)-1], "'%s' expects %s", joinWords(st.Words[:min(k, len(st.Words))]), what)
	return nil, false
}

// Integer reads the only argument of st as a number, the way HAProxy does:
// what follows the digits is ignored.
func (c *Compiler) Integer(st *ast.Statement) (int, bool) {
	if !c.MaxArgs(st, 1, 1) {
		return 0, false
	}
	w, ok := c.Word(st, 1, 0, "an integer argument.")
	if !ok {
		return 0, false
	}
	return int(value.Atol(w.Text)), true
}

// Time reads w as a duration with the default unit, for a setting called name
// in messages.
func (c *Compiler) Time(w *ast.Word, name string, unit time.Duration) (time.Duration, bool) {
	d, warning, err := value.Time(w.Text, unit)
	if err != nil {
		c.Alert(w, "%s", value.TimeMessage(err, name))
		return 0, false
	}
	if warning != "" {
		c.WarnTime(w, warning)
	}
	return d, true
}

// OddByte returns the first byte of name that names of sections, proxies and
// servers may not have, and where it is; -1 for none.
func OddByte(name string) (b byte, at int) {
	for i := range len(name) {
		switch b := name[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9',
			b == '-', b == '_', b == '.', b == ':':
		default:
			return b, i
		}
	}
	return 0, -1
}

// Rest joins the words of st after its name of k words with blanks, as they
// stood in the file but for quoting.
func Rest(st *ast.Statement, k int) string {
	var b strings.Builder
	for i := k; i < len(st.Words); i++ {
		if i > k {
			b.WriteByte(' ')
		}
		b.WriteString(st.Words[i].Text)
	}
	return b.String()
}

// WarnTime reports what [value.Time] complains about. HAProxy does not say where
// the time stands.
func (c *Compiler) WarnTime(w *ast.Word, warning string) {
	d := c.Diags.Config(diag.Warning, "%s", warning)
	d.Pos = w.Pos
	if c.Statement != nil {
		d.Source = c.Statement.Source
	}
}
