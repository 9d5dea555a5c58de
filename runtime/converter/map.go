package converter

import (
	"fmt"
	"net/netip"

	"gohap/runtime/core"
	"gohap/runtime/pattern"
	"gohap/runtime/regex"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// Maps find a value for a key in a file. Of each match method there is one that
// gives strings, one that gives numbers and one that gives addresses.
func init() {
	for _, m := range []struct {
		kind pattern.Kind
		in   core.Type
	}{{pattern.Str, core.Str}, {pattern.Beg, core.Str}, {pattern.Sub, core.Str}, {pattern.Dir, core.Str}, {pattern.Dom, core.Str},
		{pattern.End, core.Str}, {pattern.Reg, core.Str}, {pattern.Int, core.Sint}, {pattern.IP, core.Addr}} {
		name := "map_" + m.kind.String()
		registry.Converters.Add(
			mapConverter(name, m.kind, m.in, pattern.StringOutput),
			mapConverter(name+"_int", m.kind, m.in, pattern.IntOutput),
			mapConverter(name+"_ip", m.kind, m.in, pattern.AddrOutput),
		)
	}
	registry.Converters.Add(
		mapConverter("map", pattern.Str, core.Str, pattern.StringOutput),
		mapConverter("map_regm", pattern.Regm, core.Str, pattern.StringOutput),
	)
}

// outputTypes are the types of what maps give.
var outputTypes = map[pattern.Output]core.Type{
	pattern.StringOutput: core.Str, pattern.IntOutput: core.Sint, pattern.AddrOutput: core.Addr,
}

func mapConverter(name string, kind pattern.Kind, in core.Type, out pattern.Output) *registry.Converter {
	fallbackKind := registry.ArgString
	if out == pattern.IntOutput {
		fallbackKind = registry.ArgInt
	}
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<file>[,<default>])",
			Doc: "The value that a file gives for the key, found by the match " + kind.String() + "; without one, the default.",
			Bad: []string{"str(a)," + name + "(/no/such/file)"},
		},
		In: in, Out: outputTypes[out], Min: 1,
		Args: []registry.ArgSpec{argument(registry.ArgMapFile, "file"), argument(fallbackKind, "default")},
		Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			fallback, err := mapDefault(&a[1], out)
			if err != nil {
				return nil, err
			}
			x, err := sample.Map(c, a[0].Text, kind, out)
			if err != nil {
				return nil, err
			}
			return func(s *core.Stream, p *core.Sample) bool {
				e := sample.Find(s, x, p)
				switch {
				case e == nil && !a[1].Given:
					return false
				case e == nil:
					p.Type, p.Int, p.Bytes, p.IP, p.Const = fallback.Type, fallback.Int, fallback.Bytes, fallback.IP, true
				case kind == pattern.Regm:
					expand(s, x, e, p)
				default:
					giveValue(e.Value(), out, p)
				}
				return true
			}, nil
		},
	}
}

// mapDefault reads what a map gives for unknown keys.
func mapDefault(a *registry.Arg, out pattern.Output) (p core.Sample, err error) {
	switch {
	case !a.Given:
	case out == pattern.IntOutput:
		p.SetInt(a.Int)
	case out == pattern.AddrOutput:
		ip, err := netip.ParseAddr(a.Text)
		if err != nil {
			return p, fmt.Errorf("not an address")
		}
		p.SetIP(ip)
	default:
		p.SetStr([]byte(a.Text))
	}
	return p, nil
}

func giveValue(v *pattern.Value, out pattern.Output, p *core.Sample) {
	switch out {
	case pattern.IntOutput:
		p.SetInt(v.Int)
	case pattern.AddrOutput:
		p.SetIP(v.Addr)
	default:
		p.SetStr(v.Text)
	}
}

// expand puts the value of e into p, with what its regular expression finds in p.
func expand(s *core.Stream, x *pattern.Expr, e *pattern.Entry, p *core.Sample) {
	value := e.Value().Text
	if loc := x.Submatches(e, p.Bytes); loc != nil {
		value = regex.Expand(s.Scratch(len(value) + len(p.Bytes))[:0], value, p.Bytes, loc)
	}
	p.SetStr(value)
}
