package match

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Matches.Add(&registry.Match{
		Keyword: registry.Keyword{Name: "reg", Manual: "7.1.4", Doc: "The regular expression finds something in the value."},
		In:      core.Str,
		Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
			ms := make([]registry.Matcher, len(ps.Words))
			for i, w := range ps.Words {
				re, err := Regexp(w.Text, ps.CaseInsensitive)
				if err != nil {
					return nil, err
				}
				ms[i] = func(_ *core.Stream, p *core.Sample) bool { return re.Match(p.Bytes) }
			}
			return anyOf(ms), nil
		},
	})
}

// Regexp compiles a regular expression of the configuration. Go's engine runs
// in linear time, so no request can stall the proxy; what only PCRE has is an
// error.
func Regexp(text string, insensitive bool) (*regexp.Regexp, error) {
	flags := ""
	if insensitive {
		flags = "(?i)"
	}
	re, err := regexp.Compile(flags + text)
	if err != nil {
		what, at := explain(err, text)
		return nil, fmt.Errorf("regex '%s' is invalid (error=%s, erroffset=%d)", text, what, at)
	}
	return re, nil
}

// explain words what Go's engine says as PCRE does, where it says the same, and
// tells where in the text that is.
func explain(err error, text string) (what string, at int) {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return err.Error(), 0
	}
	switch e.Code {
	case syntax.ErrMissingParen:
		return "missing closing parenthesis", len(text)
	case syntax.ErrUnexpectedParen:
		return "unmatched closing parenthesis", max(strings.LastIndexByte(text, ')'), 0)
	case syntax.ErrMissingBracket:
		return "missing terminating ] for character class", len(text)
	case syntax.ErrMissingRepeatArgument:
		return "quantifier does not follow a repeatable item", max(strings.Index(text, e.Expr), 0)
	case syntax.ErrTrailingBackslash:
		return "\\ at end of pattern", len(text)
	}
	return fmt.Sprintf("%s: '%s' is nothing that gohap supports", e.Code, e.Expr), max(strings.Index(text, e.Expr), 0)
}
