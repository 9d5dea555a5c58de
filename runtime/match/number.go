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
				rs, err := ranges(ps.Words)
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
				rs, err := ranges(ps.Words)
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

// ranges reads integer patterns: numbers, "min:max" with either end open, and
// the operators eq ge gt le lt, which hold for the patterns that follow them.
func ranges(words []ast.Word) (spans, error) {
	var rs spans
	op := ""
	for _, w := range words {
		switch w.Text {
		case "eq", "ge", "gt", "le", "lt":
			op = w.Text
			continue
		}
		s, ok := parseSpan(w.Text)
		switch {
		case ok:
		case op != "":
			return nil, fmt.Errorf("'%s' is neither a number nor a supported operator", w.Text)
		case strings.Contains(w.Text, ":"):
			return nil, fmt.Errorf("'%s' is not a valid number range", w.Text)
		default:
			return nil, fmt.Errorf("'%s' is not a number", w.Text)
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

func parseSpan(t string) (s span, ok bool) {
	lo, hi, isRange := strings.Cut(t, ":")
	s = span{math.MinInt64, math.MaxInt64}
	var err error
	if lo != "" || !isRange {
		if s.min, err = strconv.ParseInt(lo, 10, 64); err != nil {
			return s, false
		}
	}
	if !isRange {
		s.max = s.min
		return s, true
	}
	if hi != "" {
		if s.max, err = strconv.ParseInt(hi, 10, 64); err != nil {
			return s, false
		}
	}
	return s, true
}
