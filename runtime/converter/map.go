package converter

import (
	"fmt"
	"net/netip"
	"strconv"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/match"
	"gohap/runtime/registry"
)

// Maps find a value for a key in a file. Of each match method there is one that
// gives strings, one that gives numbers and one that gives addresses.
func init() {
	for _, m := range []struct {
		method string
		in     core.Type
	}{{"str", core.Str}, {"beg", core.Str}, {"sub", core.Str}, {"dir", core.Str}, {"dom", core.Str}, {"end", core.Str},
		{"reg", core.Str}, {"int", core.Sint}, {"ip", core.Addr}} {
		registry.Converters.Add(
			mapConverter("map_"+m.method, m.method, m.in, core.Str),
			mapConverter("map_"+m.method+"_int", m.method, m.in, core.Sint),
			mapConverter("map_"+m.method+"_ip", m.method, m.in, core.Addr),
		)
	}
	registry.Converters.Add(mapConverter("map", "str", core.Str, core.Str), mapConverter("map_regm", "regm", core.Str, core.Str))
}

func mapConverter(name, method string, in, out core.Type) *registry.Converter {
	kind := registry.ArgString
	if out == core.Sint {
		kind = registry.ArgInt
	}
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<file>[,<default>])",
			Doc: "The value that a file gives for the key, found by the match " + method + "; without one, the default.",
			Bad: []string{"str(a)," + name + "(/no/such/file)"},
		},
		In: in, Out: out, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgMapFile, "file"), argument(kind, "default")},
		Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			entries, err := readMap(a[0].Text)
			if err != nil {
				return nil, err
			}
			t := &table{values: make([]core.Sample, len(entries))}
			for i := range entries {
				if t.values[i], err = mapValue(entries[i].value, out); err != nil {
					return nil, fmt.Errorf("unable to parse '%s' at line %d of file '%s'", entries[i].value, entries[i].line, a[0].Text)
				}
			}
			var fallback core.Sample
			if a[1].Given {
				if fallback, err = mapValue(a[1].Text, out); err != nil {
					return nil, err
				}
			}
			find, err := t.index(c, method, entries)
			if err != nil {
				return nil, fmt.Errorf("map file '%s': %w", a[0].Text, err)
			}
			regm := method == "regm"
			return func(s *core.Stream, p *core.Sample) bool {
				i := find(s, p)
				switch {
				case i >= 0 && regm:
					return entries[i].expand(s, p)
				case i >= 0:
					assign(p, &t.values[i])
					return true
				case a[1].Given:
					assign(p, &fallback)
					return true
				}
				return false
			}, nil
		},
	}
}

func assign(p, v *core.Sample) {
	p.Type, p.Int, p.Bytes, p.IP, p.Const = v.Type, v.Int, v.Bytes, v.IP, true
}

// mapValue reads a map's value as the map's output type.
func mapValue(text string, out core.Type) (v core.Sample, err error) {
	switch out {
	case core.Sint:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return v, fmt.Errorf("not a number")
		}
		v.SetInt(n)
	case core.Addr:
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return v, fmt.Errorf("not an address")
		}
		v.SetIP(ip)
	default:
		v.SetStr([]byte(text))
	}
	return v, nil
}

// expand puts the value into p with what the key's regular expression found.
func (e *mapEntry) expand(s *core.Stream, p *core.Sample) bool {
	loc := e.re.FindSubmatchIndex(p.Bytes)
	if loc == nil {
		return false
	}
	value := []byte(e.value)
	p.SetStr(match.Expand(s.Scratch(len(value) + len(p.Bytes))[:0], value, p.Bytes, loc))
	return true
}

// table finds the number of an entry by its key.
type table struct{ values []core.Sample }

type finder func(*core.Stream, *core.Sample) int

func (t *table) index(c *registry.Compiler, method string, entries []mapEntry) (finder, error) {
	switch method {
	case "str":
		return exact(entries), nil
	case "beg":
		return longestPrefix(entries), nil
	case "ip":
		return longestNetwork(entries)
	case "regm", "reg":
		for i := range entries {
			re, err := match.Regexp(entries[i].key, false)
			if err != nil {
				return nil, err
			}
			entries[i].re = re
		}
		return func(_ *core.Stream, p *core.Sample) int {
			for i := range entries {
				if entries[i].re.Match(p.Bytes) {
					return i
				}
			}
			return -1
		}, nil
	}
	return inOrder(c, method, entries)
}

// inOrder looks at one entry after the other.
func inOrder(c *registry.Compiler, method string, entries []mapEntry) (finder, error) {
	m, _ := registry.Matches.Find(method)
	ms := make([]registry.Matcher, len(entries))
	for i := range entries {
		var err error
		if ms[i], err = m.Compile(c, &registry.Patterns{Words: []ast.Word{{Text: entries[i].key}}}); err != nil {
			return nil, err
		}
	}
	return func(s *core.Stream, p *core.Sample) int {
		for i, holds := range ms {
			if holds(s, p) {
				return i
			}
		}
		return -1
	}, nil
}

func exact(entries []mapEntry) finder {
	m := make(map[string]int32, len(entries))
	for i := range entries {
		if _, ok := m[entries[i].key]; !ok {
			m[entries[i].key] = int32(i)
		}
	}
	return func(_ *core.Stream, p *core.Sample) int {
		if i, ok := m[string(p.Bytes)]; ok {
			return int(i)
		}
		return -1
	}
}
