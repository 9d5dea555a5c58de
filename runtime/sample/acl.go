package sample

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/pattern"
	"gohap/runtime/registry"
)

// acl is a named ACL: it holds when any of its tests does.
type acl struct {
	name  string
	tests []*test
	pos   ast.Word
	// used tells that a condition refers to it, for the lint.
	used bool
}

// test is one "acl" line, or an anonymous ACL: an expression and what its
// values are compared with.
type test struct {
	expr *compiled
	in   core.Type
	kind pattern.Kind
	// patterns are what values are looked for in, own is what looks at them in
	// place of it.
	patterns []*pattern.Expr
	own      registry.Matcher
	words    string
	// text says that the fetch's text itself is looked for in patterns of bytes.
	text bool
}

// matches compares one value.
func (t *test) matches(s *core.Stream, p *core.Sample) bool {
	switch {
	case t.own != nil:
		return t.own(s, p)
	case t.kind == pattern.Found:
		return true
	case t.kind == pattern.Bool:
		return p.Int != 0
	}
	for _, x := range t.patterns {
		if Find(s, x, p) != nil {
			return true
		}
	}
	return false
}

// holds reports whether any value of the expression matches.
func (t *test) holds(s *core.Stream) bool {
	if t.expr.slot != 0 {
		return t.recalled(s)
	}
	return t.fetched(s)
}

// fetched is holds for a test that fetches for itself.
func (t *test) fetched(s *core.Stream) bool {
	p := s.Borrow()
	p.All = true
	held := t.anyMatches(s, p, false)
	s.Return()
	return held
}

// anyMatches looks at one value after the other; fetched says that p is the first.
func (t *test) anyMatches(s *core.Stream, p *core.Sample, fetched bool) bool {
	for {
		if !fetched {
			p.More = false
			if !t.expr.fetch(s, p) {
				return false
			}
		}
		fetched = false
		cursor, more := p.Cursor, p.More
		if t.convert(s, p) && t.matches(s, p) {
			return true
		}
		if !more {
			return false
		}
		*p = core.Sample{All: true, Cursor: cursor}
	}
}

// convert runs the converters and casts to what the match takes.
func (t *test) convert(s *core.Stream, p *core.Sample) bool {
	for i := range t.expr.steps {
		st := &t.expr.steps[i]
		if st.in != core.Any && p.Type != st.in && !Cast(s, p, st.in) {
			return false
		}
		if !st.conv(s, p) {
			return false
		}
	}
	return t.in == core.Any || Cast(s, p, t.in)
}

// ACL compiles an "acl <name> <criterion> [flags] [operator] <value>..." line.
func ACL(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 2 {
		c.AlertTight(&st.Words[0], "character '' is not permitted in acl name ''.")
		return
	}
	name := &st.Words[1]
	for i := 0; i < len(name.Text); i++ {
		if b := name.Text[i]; !nameByte(b) {
			c.AlertAt(name.At(i, 1), "character '%c' is not permitted in acl name '%s'.", b, name.Text)
			return
		}
	}
	if strings.EqualFold(name.Text, "or") {
		c.Alert(name, "acl name '%s' will never match. 'or' is used to express a logical disjunction within a condition.", name.Text)
		return
	}
	p := Place{Error: fmt.Sprintf("error detected while parsing ACL '%s'", name.Text), acl: name.Text}
	t, ok := compileTest(c, name, st.Words[2:], &p)
	if !ok {
		return
	}
	if c.Proxy.ACLs == nil {
		c.Proxy.ACLs = map[string]any{}
	}
	a, _ := c.Proxy.ACLs[name.Text].(*acl)
	if a == nil {
		a = &acl{name: name.Text, pos: *name}
		c.Proxy.ACLs[name.Text] = a
	}
	a.tests = append(a.tests, t)
}

func nameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-_.:", b) >= 0
}

// compileTest compiles a criterion and what follows it. at is where to report
// that there is none.
func compileTest(c *registry.Compiler, at *ast.Word, words []ast.Word, p *Place) (*test, bool) {
	if len(words) == 0 || words[0].Text == "" {
		p.alert(c, at, len(at.Text), 1, "missing fetch method in ACL expression ''")
		return nil, false
	}
	w := &words[0]
	s, perr := expr.ParseSample(w.Text)
	var alias *registry.Alias
	if s != nil {
		if a, ok := registry.Aliases.Find(s.Fetch.Name); ok {
			alias = a
			n := *s
			n.Fetch.Name = a.Fetch
			s = &n
		}
	}
	inner := *p
	inner.criterion = true
	e, f := compile(c, s, perr, inner)
	if f != nil {
		msg := f.msg
		if alias != nil {
			msg = keywordFault(alias.Name, s.Fetch.Name, f)
		} else {
			msg += fmt.Sprintf(" in ACL expression '%s'", w.Text)
		}
		p.alert(c, w, f.off, f.n, msg)
		return nil, false
	}
	e.text = w.Text
	if alias != nil {
		e.name = alias.Name
	}
	return finishTest(c, w, e, alias, words[1:], p)
}

// keywordFault words what is wrong with an expression that starts with an ACL
// keyword, which HAProxy reads apart from fetches.
func keywordFault(keyword, fetch string, f *fault) string {
	msg := strings.TrimPrefix(f.msg, fmt.Sprintf("fetch method '%s' : ", fetch))
	if f.behind {
		msg = strings.TrimSuffix(msg, fmt.Sprintf(" keyword '%s'", keyword))
		if msg != f.msg {
			msg += " keyword"
		}
		msg += "."
	}
	return fmt.Sprintf("ACL keyword '%s' : %s", keyword, msg)
}

// finishTest reads flags and patterns and compiles the match.
func finishTest(c *registry.Compiler, w *ast.Word, e *compiled, alias *registry.Alias, words []ast.Word, p *Place) (*test, bool) {
	flags, ok := readFlags(c, words, p)
	if !ok {
		return nil, false
	}
	method, dotted := flags.method, false
	switch {
	case method != "":
	case alias != nil:
		method, dotted = alias.Method, alias.Dotted
	case len(e.steps) == 0:
		if f, ok := c.Fetch(fetchName(w.Text)); ok {
			method = f.Method
		}
	}
	if method == "" && e.out == core.Any {
		p.alert(c, w, 0, len(w.Text), fmt.Sprintf("matching method must be specified first (using '-m') when using a sample fetch of this type ('%s')", e.name))
		return nil, false
	}
	if method == "" {
		method = methodOf(e.out)
	}
	m, ok := registry.Matches.Find(method)
	if !ok {
		p.alert(c, w, 0, len(w.Text), fmt.Sprintf("unknown matching method '%s' when parsing ACL expression", method))
		return nil, false
	}
	if !Castable(e.out, m.In) {
		p.alert(c, w, 0, len(w.Text), fmt.Sprintf("matching method '%s' cannot be used with this expression", method))
		return nil, false
	}
	if len(words) == 0 && method != "bool" && method != "found" {
		warnNoPattern(c, w)
	}
	t := &test{expr: e, in: m.In, kind: m.Kind, words: w.Text}
	switch {
	case e.own != nil:
		var words *registry.Patterns
		if t.kind = pattern.Names; flags.method == "" && len(e.steps) == 0 {
			words = &registry.Patterns{Words: flags.patterns}
		}
		t.own = e.own(p.acl, words)
	case dotted:
		t.kind = pattern.Dotted
	}
	patterns, at, err := flags.expressions(c, fetchName(w.Text), t.kind)
	if err != nil {
		p.alert(c, at, 0, len(at.Text), err.Error())
		return nil, false
	}
	t.patterns = patterns
	t.text = t.own == nil && len(e.steps) == 0 && t.kind.Text()
	e.remember(c)
	return t, true
}

func warnNoPattern(c *registry.Compiler, w *ast.Word) {
	d := c.Diags.Config(diag.Warning, "parsing acl keyword '%s' :\n"+
		"  no pattern to match against were provided, so this ACL will never match.\n"+
		"  If this is what you intended, please add '--' to get rid of this warning.\n"+
		"  If you intended to match only for existence, please use '-m found'.\n"+
		"  If you wanted to force an int to match as a bool, please use '-m bool'.\n", w.Text)
	d.Pos, d.Source = w.Pos, c.Statement.Source
}

func fetchName(text string) string {
	for i := 0; i < len(text); i++ {
		if text[i] == '(' || text[i] == ',' {
			return text[:i]
		}
	}
	return text
}

// methodOf is the match that an ACL on a sample type uses when none is named.
func methodOf(t core.Type) string {
	switch t {
	case core.Bool:
		return "bool"
	case core.Sint:
		return "int"
	case core.IPv4, core.IPv6, core.Addr:
		return "ip"
	case core.Bin:
		return "bin"
	}
	return "str"
}
