// Package converter holds the sample converters (configuration.txt 7.3.1), a
// file for a converter or a close family. Importing it registers them.
package converter

import (
	"fmt"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// plain wraps a converter without arguments.
func plain(f core.Convert) func(*registry.Compiler, []registry.Arg) (core.Convert, error) {
	return func(*registry.Compiler, []registry.Arg) (core.Convert, error) { return f, nil }
}

// simple makes the record of a converter without arguments.
func simple(name, doc string, in, out core.Type, f core.Convert) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.1", Doc: doc, Bad: []string{name + "(1)"}},
		In:      in, Out: out, Compile: plain(f),
	}
}

// argument describes an argument.
func argument(k registry.ArgKind, name string) registry.ArgSpec {
	return registry.ArgSpec{Kind: k, Name: name}
}

// variable finds the variable that an argument names.
func variable(c *registry.Compiler, a *registry.Arg) (*core.Var, error) {
	if a.Text == "" {
		return nil, fmt.Errorf("missing variable name")
	}
	v, err := c.Graph.Vars.Find(a.Text)
	if err != nil {
		return nil, fmt.Errorf("failed to register variable name '%s'", a.Text)
	}
	return v, nil
}

// operand is an integer that a configuration gives as such or as the name of a
// variable that holds it.
type operand struct {
	n int64
	v *core.Var
}

func readOperand(c *registry.Compiler, a *registry.Arg) (operand, error) {
	if n, err := strconv.ParseInt(a.Text, 10, 64); err == nil || a.Text == "" {
		return operand{n: n}, nil
	}
	v, err := c.Graph.Vars.Find(a.Text)
	if err != nil {
		return operand{}, fmt.Errorf("expects an integer or a variable name")
	}
	return operand{v: v}, nil
}

func (o *operand) get(s *core.Stream) (int64, bool) {
	if o.v == nil {
		return o.n, true
	}
	return sample.VarInt(s, o.v)
}

// literal is a string that a configuration gives as such or as the name of a
// variable that holds it.
type literal struct {
	b []byte
	v *core.Var
}

func readLiteral(c *registry.Compiler, a *registry.Arg) literal {
	if v, err := c.Graph.Vars.Find(a.Text); err == nil {
		return literal{v: v}
	}
	return literal{b: []byte(a.Text)}
}

func (l *literal) get(s *core.Stream) ([]byte, bool) {
	if l.v == nil {
		return l.b, true
	}
	return sample.VarText(s, l.v)
}
