package sample

import (
	"errors"
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// condition is a compiled "if" or "unless": groups of terms, of which one must
// hold as a whole.
type condition struct {
	unless bool
	or     [][]term
	text   string
}

// term is an ACL, negated or not.
type term struct {
	neg   bool
	tests []*test
	// name is the ACL's, or an anonymous one's words.
	name string
}

// Text implements [core.Condition].
func (d *condition) Text() string { return d.text }

// Holds implements [core.Condition]. A term that lacks data is neither true nor
// false: it decides nothing, and the rule waits if nothing else decides.
func (d *condition) Holds(s *core.Stream) bool {
	s.ResetWanting()
	wanting := false
	for _, group := range d.or {
		v := true
		for i := range group {
			s.ResetWanting()
			if v = group[i].holds(s); s.Wanting() {
				wanting, v = true, false
			}
			if !v {
				break
			}
		}
		if v {
			s.ResetWanting()
			return !d.unless
		}
	}
	if wanting {
		s.NeedMore()
		return false
	}
	s.ResetWanting()
	return d.unless
}

func (t *term) holds(s *core.Stream) bool {
	for _, x := range t.tests {
		if x.holds(s) {
			s.ResetWanting()
			return !t.neg
		}
	}
	return t.neg
}

// Condition compiles the words from "if" or "unless" on. Without words it
// returns nil and true; errors are reported.
func Condition(c *registry.Compiler, words []ast.Word, p Place) (core.Condition, bool) {
	if len(words) == 0 || words[0].Text == "" {
		return nil, true
	}
	parsed, err := expr.ParseCondition(words)
	if err != nil {
		var ce *expr.ConditionError
		w := &words[0]
		if errors.As(err, &ce) {
			at := *w
			at.Pos = ce.Pos
			w = &at
		}
		p.alert(c, w, 0, 1, err.Error())
		return nil, false
	}
	d := &condition{unless: parsed.Unless, text: wordsText(words)}
	for _, group := range parsed.Or {
		var terms []term
		for i := range group {
			t, ok := compileTerm(c, &group[i], &words[0], &p)
			if !ok {
				return nil, false
			}
			terms = append(terms, t)
		}
		d.or = append(d.or, terms)
	}
	if d.looksAtBuffer() && c.Proxy != nil && words[0].Pos.File != "" && c.Statement.Keyword() != "redirect" {
		warnBuffer(c, words[0].Pos)
	}
	return d, true
}

// looksAtBuffer reports whether any fetch looks at bytes as they come, which
// means little once HTTP was read.
func (d *condition) looksAtBuffer() bool {
	for _, group := range d.or {
		for i := range group {
			for _, x := range group[i].tests {
				if x.expr.looksAtBuffer() {
					return true
				}
			}
		}
	}
	return false
}

// warnBuffer warns about such a condition in an HTTP proxy.
func warnBuffer(c *registry.Compiler, at diag.Pos) {
	c.Later(registry.Check, func() {
		if c.Proxy.Mode == core.HTTP {
			c.Diags.Config(diag.Warning, "Proxy '%s': L6 sample fetches ignored on HTTP proxies (declared at %s:%d).",
				c.Proxy.Name, at.File, at.Line).Pos = at
		}
	})
}

func wordsText(words []ast.Word) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[i].Text)
	}
	return b.String()
}

func compileTerm(c *registry.Compiler, t *expr.Term, at *ast.Word, p *Place) (term, bool) {
	if t.Anonymous != nil {
		if len(t.Anonymous) > 0 {
			at = &t.Anonymous[0]
		}
		x, ok := compileTest(c, at, t.Anonymous, p)
		if !ok {
			return term{}, false
		}
		warnUnusable(c, at, "anonymous acl", x, p)
		return term{t.Neg, []*test{x}, "{ " + wordsText(t.Anonymous) + " }"}, true
	}
	w := t.Name
	if a, ok := c.Proxy.ACLs[w.Text].(*acl); ok {
		a.used = true
		for _, x := range a.tests {
			warnUnusable(c, &w, fmt.Sprintf("acl '%s'", w.Text), x, p)
		}
		return term{t.Neg, a.tests, w.Text}, true
	}
	if x := predefined(c, w.Text); x != nil {
		return term{t.Neg, x, w.Text}, true
	}
	p.alert(c, &w, 0, len(w.Text), fmt.Sprintf("no such ACL : '%s'", w.Text))
	return term{}, false
}

// warnUnusable warns of an ACL whose fetch has no value where the rule runs.
func warnUnusable(c *registry.Compiler, w *ast.Word, what string, x *test, p *Place) {
	if p.Where == 0 || x.expr.at&p.Where != 0 {
		return
	}
	if p.Bare {
		what += " will never match in '" + p.What + "'"
	} else {
		what += " will never match"
	}
	c.Warn(w, "%s because it uses keyword '%s' which is incompatible with '%s'", what, x.expr.name, placeName(p.Where))
}

// placeName is how HAProxy calls a place of evaluation.
func placeName(at registry.Places) string {
	for i, n := range placeNames {
		if at&(1<<i) != 0 {
			return n
		}
	}
	return ""
}

var placeNames = [...]string{
	"frontend tcp-request connection rule", "frontend tcp-request session rule", "frontend tcp-request content rule",
	"frontend http-request header rule", "frontend http-request body rule", "frontend use-backend rule",
	"backend tcp-request content rule", "backend http-request header rule", "backend http-request body rule",
	"backend use-server, balance or stick-match rule", "server source selection", "backend tcp-response content rule",
	"backend http-response header rule", "backend http-response body rule", "backend stick-store rule",
	"frontend tcp-response content rule", "frontend http-response header rule", "frontend http-response body rule",
	"logs", "backend tcp-check rule", "configuration parser", "CLI parser",
}
