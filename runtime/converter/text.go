package converter

import (
	"bytes"
	"fmt"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Converters.Add(
		mapped("lower", "The string in lower case.", lowered),
		mapped("upper", "The string in upper case.", uppered),
		example(simple("length", "The string's length.", core.Str, core.Sint, func(_ *core.Stream, p *core.Sample) bool {
			p.SetInt(int64(len(p.Bytes)))
			return true
		})),
		example(simple("cut_crlf", "The string up to its first line end.", core.Str, core.Str, func(_ *core.Stream, p *core.Sample) bool {
			if i := bytes.IndexAny(p.Bytes, "\r\n"); i >= 0 {
				p.Bytes = p.Bytes[:i]
			}
			return true
		})),
		trimmed("ltrim", "The string without the given characters at its start.", func(b []byte, set string) []byte { return bytes.TrimLeft(b, set) }),
		trimmed("rtrim", "The string without the given characters at its end.", func(b []byte, set string) []byte { return bytes.TrimRight(b, set) }),
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "bytes", Manual: "7.3.1", Usage: "(<offset>[,<length>])", Doc: "Some of the bytes, from an offset on.",
				OK: []string{"str(abc),bytes(1)", "str(abc),bytes(1,1)"}, Bad: []string{"str(abc),bytes", "str(abc),bytes(x)"},
			},
			In: core.Bin, Out: core.Bin, Min: 1,
			Args: []registry.ArgSpec{argument(registry.ArgInt, "offset"), argument(registry.ArgInt, "length")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				off, n, limited := a[0].Int, a[1].Int, a[1].Given
				return func(_ *core.Stream, p *core.Sample) bool {
					if off < 0 || off >= int64(len(p.Bytes)) {
						p.SetBin(nil)
						return true
					}
					b := p.Bytes[off:]
					if limited && n >= 0 && n < int64(len(b)) {
						b = b[:n]
					}
					p.SetBin(b)
					return true
				}, nil
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "concat", Manual: "7.3.1", Usage: "([<start>],[<var>],[<end>])", Doc: "The string, a start, a variable's value and an end.",
				OK: []string{"str(a),concat(-,txn.x,-)", "str(a),concat(b)"}, Bad: []string{"str(a),concat(-,x,-)"},
			},
			In: core.Str, Out: core.Str, Min: 1,
			Args: []registry.ArgSpec{argument(registry.ArgString, "start"), argument(registry.ArgString, "var"), argument(registry.ArgString, "end")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				start, end := a[0].Text, a[2].Text
				v, err := optionalVar(c, &a[1])
				return func(s *core.Stream, p *core.Sample) bool {
					m := textOf(s, v)
					b := append(s.Scratch(len(p.Bytes) + len(start) + len(m) + len(end))[:0], p.Bytes...)
					b = append(append(append(b, start...), m...), end...)
					p.SetStr(b)
					return true
				}, err
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "add_item", Manual: "7.3.1", Usage: "(<delim>,[<var>][,<suffix>])",
				Doc: "The string, a delimiter unless it is empty, and a variable's value and a suffix: an item more in a list.",
				OK:  []string{"str(a),add_item(;,txn.x,-)"}, Bad: []string{"str(a),add_item(;)", "str(a),add_item(;,x)"},
			},
			In: core.Str, Out: core.Str, Min: 2,
			Args: []registry.ArgSpec{argument(registry.ArgString, "delim"), argument(registry.ArgString, "var"), argument(registry.ArgString, "suffix")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				delim, suffix := a[0].Text, a[2].Text
				v, err := optionalVar(c, &a[1])
				if err == nil && v == nil && suffix == "" {
					err = fmt.Errorf("one of the optional arguments has to be nonempty")
				}
				return func(s *core.Stream, p *core.Sample) bool {
					m := textOf(s, v)
					if len(m)+len(suffix) == 0 {
						return true // nothing to add
					}
					b := append(s.Scratch(len(p.Bytes) + len(delim) + len(m) + len(suffix))[:0], p.Bytes...)
					if len(b) > 0 {
						b = append(b, delim...)
					}
					p.SetStr(append(append(b, m...), suffix...))
					return true
				}, err
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "strcmp", Manual: "7.3.1", Usage: "(<var>)", Doc: "Below, at or above 0 as the string sorts before, equals or sorts after a variable's value.",
				OK: []string{"str(a),strcmp(txn.x)"}, Bad: []string{"str(a),strcmp(x)"},
			},
			In: core.Str, Out: core.Sint, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "var")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				v, err := variable(c, &a[0])
				return func(s *core.Stream, p *core.Sample) bool {
					b, ok := sample.VarText(s, v)
					p.SetInt(difference(p.Bytes, b))
					return ok
				}, err
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "iif", Manual: "7.3.1", Usage: "(<true>,<false>)", Doc: "One string for true and another for false.",
				OK: []string{"bool(1),iif(yes,no)"}, Bad: []string{"bool(1),iif(yes)"},
			},
			In: core.Bool, Out: core.Str, Min: 2, Args: []registry.ArgSpec{argument(registry.ArgString, "true"), argument(registry.ArgString, "false")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				yes, no := []byte(a[0].Text), []byte(a[1].Text)
				return func(_ *core.Stream, p *core.Sample) bool {
					if p.Int != 0 {
						p.SetStr(yes)
					} else {
						p.SetStr(no)
					}
					return true
				}, nil
			},
		},
	)
}

// example gives a converter of strings its example lines.
func example(c *registry.Converter) *registry.Converter {
	c.OK, c.Bad = []string{"str(aBc)," + c.Name}, []string{"str(aBc)," + c.Name + "(1)"}
	return c
}

// optionalVar finds the variable that an argument names, nil for none.
func optionalVar(c *registry.Compiler, a *registry.Arg) (*core.Var, error) {
	if a.Text == "" {
		return nil, nil
	}
	return variable(c, a)
}

// textOf returns the text of a variable, nil without one.
func textOf(s *core.Stream, v *core.Var) []byte {
	if v == nil {
		return nil
	}
	b, ok := sample.VarText(s, v)
	if !ok {
		return nil
	}
	return b
}

// difference compares strings as C does: by the first bytes that differ.
func difference(a, b []byte) int64 {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return int64(a[i]) - int64(b[i])
		}
	}
	switch {
	case len(a) < len(b):
		return -1
	case len(a) > len(b):
		return 1
	}
	return 0
}

// mapped makes a converter that changes bytes.
func mapped(name, doc string, f func(*core.Stream, []byte) []byte) *registry.Converter {
	return example(simple(name, doc, core.Str, core.Str, func(s *core.Stream, p *core.Sample) bool {
		p.SetStr(f(s, p.Bytes))
		return true
	}))
}

func lowered(s *core.Stream, v []byte) []byte {
	b := s.Keep(v)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return b
}

func uppered(s *core.Stream, v []byte) []byte {
	b := s.Keep(v)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return b
}

func trimmed(name, doc string, trim func([]byte, string) []byte) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<chars>)", Doc: doc,
			OK: []string{"str(abc)," + name + "(ab)"}, Bad: []string{"str(abc)," + name + "(a,b)"},
		},
		In: core.Str, Out: core.Str, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "chars")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			chars := a[0].Text
			return func(_ *core.Stream, p *core.Sample) bool {
				p.Bytes = trim(p.Bytes, chars)
				return true
			}, nil
		},
	}
}
