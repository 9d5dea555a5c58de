package sample

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/pattern"
	"gohap/runtime/registry"
)

// Find returns the entry of x that p, cast to what x's kind takes, matches; nil
// for none.
func Find(s *core.Stream, x *pattern.Expr, p *core.Sample) *pattern.Entry {
	in := pattern.Input{Bytes: p.Bytes, Int: p.Int, Addr: p.IP}
	switch {
	case x.Kind == pattern.Len:
		in.Int = int64(len(p.Bytes))
	case x.Fold:
		in.Bytes = lower(s, p.Bytes)
	}
	return x.Find(in)
}

// lower returns b with its ASCII letters in lower case, in the stream's scratch
// area if that changes anything.
func lower(s *core.Stream, b []byte) []byte {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			n := s.Scratch(len(b))
			copy(n, b[:i])
			for ; i < len(b); i++ {
				c := b[i]
				if c >= 'A' && c <= 'Z' {
					c += 'a' - 'A'
				}
				n[i] = c
			}
			return n
		}
	}
	return b
}

// Map returns the entries of a map's file, compared by kind and giving out.
func Map(c *registry.Compiler, file string, kind pattern.Kind, out pattern.Output) (*pattern.Expr, error) {
	ref, err := c.Graph.Patterns.Load(file, true, "map at "+where(c))
	if err != nil {
		return nil, err
	}
	return exprOf(ref, kind, false, out, true)
}

// where names the current line as the runtime API does.
func where(c *registry.Compiler) string {
	if c.Statement == nil {
		return "no line" // of a configuration
	}
	at := c.Statement.Pos()
	return fmt.Sprintf("file '%s' line %d", at.File, at.Line)
}

// exprOf returns the expression that compares so, and adds the place of a wrong pattern to the message about it.
func exprOf(ref *pattern.Ref, kind pattern.Kind, fold bool, out pattern.Output, names bool) (*pattern.Expr, error) {
	x, bad, err := ref.Expr(kind, fold, out, names)
	switch {
	case err == nil:
		return x, nil
	case errors.Is(err, pattern.ErrValue):
		err = fmt.Errorf("unable to parse '%s'", bad.Value().Text)
	}
	if ref.File != "" {
		err = fmt.Errorf("%w at line %d of file '%s'", err, bad.Line, ref.File)
	}
	return nil, err
}

// expressions makes the expressions that an ACL's line compares with: those of its
// files, and one of its words. at is the word that an error is about.
func (f *aclFlags) expressions(c *registry.Compiler, criterion string, kind pattern.Kind) (xs []*pattern.Expr, at *ast.Word, err error) {
	for i := range f.files {
		file := &f.files[i]
		used := "acl at " + where(c)
		if file.asMap {
			used = "map at " + where(c)
		}
		ref, err := c.Graph.Patterns.Load(file.name.Text, file.asMap, used)
		if err != nil {
			return nil, file.name, err
		}
		ref.ACL = true
		x, err := exprOf(ref, kind, f.insensitive, pattern.NoOutput, !f.noDNS)
		if err != nil {
			return nil, file.name, err
		}
		xs = append(xs, x)
	}
	own := c.Graph.Patterns.Line(fmt.Sprintf("acl '%s' %s", criterion, where(c)))
	if f.id != nil {
		id, _ := strconv.ParseUint(f.id.Text, 10, 64)
		if !c.Graph.Patterns.SetID(own, int(int32(id))) {
			return nil, f.id, errors.New("the id is already used")
		}
	}
	words, at, err := operands(f.patterns, kind)
	if err != nil {
		return nil, at, err
	}
	for _, w := range words {
		own.Append(w.Text, "", 0)
	}
	x, bad, err := own.Expr(kind, f.insensitive, pattern.NoOutput, !f.noDNS)
	if err != nil {
		for i := range words {
			if words[i].Text == bad.Pattern {
				return nil, &words[i], err
			}
		}
	}
	return append(xs, x), nil, err
}

// operands turns the operators among the patterns of numbers into ranges: "gt 3"
// is "4:". An operator holds for all patterns that follow it, but for ranges.
func operands(words []ast.Word, kind pattern.Kind) (out []ast.Word, at *ast.Word, err error) {
	switch kind {
	case pattern.Int, pattern.Len, pattern.Dotted:
	default:
		return words, nil, nil
	}
	op := ""
	for i := range words {
		w := words[i]
		switch w.Text {
		case "eq", "ge", "gt", "le", "lt":
			op = w.Text
			continue
		}
		if isWord(w.Text) {
			return nil, &words[i], fmt.Errorf("'%s' is neither a number nor a supported operator", w.Text)
		}
		if op != "" && !strings.ContainsAny(w.Text, pattern.RangeSigns) {
			w.Text = ranged(kind, op, w.Text)
		}
		out = append(out, w)
	}
	return out, nil, nil
}

func isWord(t string) bool { return t != "" && (t[0]|0x20 >= 'a' && t[0]|0x20 <= 'z') }

// ranged applies an operator to a number.
func ranged(kind pattern.Kind, op, number string) string {
	switch op {
	case "ge":
		return number + ":"
	case "gt":
		return kind.Step(number, 1) + ":"
	case "le":
		return ":" + number
	case "lt":
		return ":" + kind.Step(number, -1)
	}
	return number
}
