package regex

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
)

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
