package match

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Matches.Add(
		&registry.Match{
			Keyword: registry.Keyword{Name: "int", Manual: "7.1.2", Doc: "The number is the pattern, or within its range."},
			In:      core.Sint,
			Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
				read := integers
				if ps.Dotted {
					read = versions
				}
				rs, err := read.ranges(ps.Words)
				if err != nil {
					return nil, err
				}
				return func(_ *core.Stream, p *core.Sample) bool { return rs.hold(p.Int) }, nil
			},
		},
		&registry.Match{
			Keyword: registry.Keyword{Name: "len", Manual: "7.1.3", Doc: "The value's length is the pattern, or within its range."},
			In:      core.Str,
			Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
				rs, err := integers.ranges(ps.Words)
				if err != nil {
					return nil, err
				}
				return func(_ *core.Stream, p *core.Sample) bool { return rs.hold(int64(len(p.Bytes))) }, nil
			},
		},
		&registry.Match{
			Keyword: registry.Keyword{Name: "bool", Manual: "7.1.1", Doc: "The value is true."},
			In:      core.Bool,
			Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
				return func(_ *core.Stream, p *core.Sample) bool { return p.Int != 0 }, nil
			},
		},
		&registry.Match{
			Keyword: registry.Keyword{Name: "found", Manual: "7.1.1", Doc: "There is a value, whatever it is."},
			In:      core.Any,
			Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
				return func(*core.Stream, *core.Sample) bool { return true }, nil
			},
		},
	)
}

// span is a range of numbers, both ends included.
type span struct{ min, max int64 }

type spans []span

func (r spans) hold(n int64) bool {
	for _, s := range r {
		if n >= s.min && n <= s.max {
			return true
		}
	}
	return false
}

// numbers is a way to write numbers in patterns.
type numbers struct {
	read func(text string) (int64, error)
	// between are the characters that stand between the ends of a range.
	between string
	// name and span are how messages call a number and a range.
	name, span string
}

var (
	integers = numbers{func(t string) (int64, error) { return strconv.ParseInt(t, 10, 64) }, ":", "number", "number range"}
	versions = numbers{parseVersion, ":-", "dotted number", "dotted number range"}
)

// parseVersion reads a version such as 3.1 or 3.
func parseVersion(text string) (int64, error) {
	major, minor, dotted := strings.Cut(text, ".")
	high, err := strconv.ParseUint(major, 10, 16)
	if err != nil || !dotted {
		return int64(high << 16), err
	}
	low, err := strconv.ParseUint(minor, 10, 16)
	return int64(high<<16 | low), err
}

// ranges reads numeric patterns: numbers, "min:max" with either end open, and
// the operators eq ge gt le lt, which hold for the patterns that follow them.
func (n numbers) ranges(words []ast.Word) (spans, error) {
	var rs spans
	op := ""
	for _, w := range words {
		switch w.Text {
		case "eq", "ge", "gt", "le", "lt":
			op = w.Text
			continue
		}
		s, ok := n.parse(w.Text)
		switch {
		case ok:
		case op != "":
			return nil, fmt.Errorf("'%s' is neither a number nor a supported operator", w.Text)
		case strings.ContainsAny(w.Text, n.between):
			return nil, fmt.Errorf("'%s' is not a valid %s", w.Text, n.span)
		default:
			return nil, fmt.Errorf("'%s' is not a %s", w.Text, n.name)
		}
		switch op {
		case "ge":
			s.max = math.MaxInt64
		case "gt":
			s = span{s.max + 1, math.MaxInt64}
		case "le":
			s.min = math.MinInt64
		case "lt":
			s = span{math.MinInt64, s.min - 1}
		}
		rs = append(rs, s)
	}
	return rs, nil
}

// parse reads a number or a range.
func (n numbers) parse(t string) (s span, ok bool) {
	s = span{math.MinInt64, math.MaxInt64}
	lo, hi, between := t, "", strings.IndexAny(t, n.between)
	if between >= 0 {
		lo, hi = t[:between], t[between+1:]
	}
	var err error
	if lo != "" || between < 0 {
		if s.min, err = n.read(lo); err != nil {
			return s, false
		}
	}
	if between < 0 {
		s.max = s.min
	} else if hi != "" {
		if s.max, err = n.read(hi); err != nil {
			return s, false
		}
	}
	return s, s.min <= s.max || n.between == ":"
}
