package parser

import (
	"errors"
	"fmt"
	"strings"

	"gohap/parser/diag"
	"gohap/parser/expr"
	"gohap/parser/lex"
)

// CondError is why a condition cannot be evaluated.
type CondError struct {
	// Msg is HAProxy's wording without the place.
	Msg string
	// Off is the offset in the condition that the message is about.
	Off int
}

// Error returns the message.
func (e *CondError) Error() string { return e.Msg }

// maxCondDepth bounds the nesting of parentheses and negations. HAProxy's
// bound is its stack.
const maxCondDepth = 1000

// EvalCondition evaluates a condition as it stands on the command line behind
// -cc: quotes and variables are resolved first. The error is worded as HAProxy
// prints it behind "config : ". See configuration.txt, section 2.4.
func EvalCondition(text string, env *Env, features Features) (bool, error) {
	words, lexErr := lex.Line(nil, strings.ReplaceAll(text, "\n", " "), diag.Pos{Line: 1}, env.Lookup)
	if lexErr != nil {
		switch lexErr.Fault {
		case lex.UnmatchedQuote:
			return false, errors.New("Syntax Error in condition: Unmatched quote.")
		case lex.BadHexadecimal:
			return false, errors.New("Syntax Error in condition: Truncated or invalid hexadecimal sequence.")
		case lex.TooManyWords:
			return false, errors.New("Error in condition: Too many words.")
		default:
			return false, errors.New("Syntax Error in condition: " + strings.TrimSuffix(lexErr.Msg, ":") + ".")
		}
	}
	value, err := evalCondition(joined(words), env, features)
	if err != nil {
		return false, fmt.Errorf("Failed to evaluate condition: %w", err)
	}
	return value, nil
}

// joined puts the words of a condition together again.
func joined(words []lex.Word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	return strings.Join(texts, " ")
}

// evalCondition evaluates a condition that is free of quotes and variables.
// The error is a [*CondError].
func evalCondition(text string, env *Env, features Features) (bool, error) {
	if strings.Trim(text, blanks) == "" {
		return false, nil
	}
	c := cond{text: text, env: env, features: &features}
	value, err := c.or(true)
	if err != nil {
		return false, err
	}
	if c.skip(); c.i < len(text) {
		return false, c.fail(c.i, "unexpected character '"+text[c.i:c.i+1]+"' at the end of conditional expression '"+text+"'")
	}
	return value, nil
}

// blanks are the characters that may stand between the parts of a condition.
const blanks = " \t\n\v\f\r"

// cond is a condition under evaluation: a recursive descent, since messages
// quote the text from where a part begins. What short-circuit evaluation
// leaves out is parsed all the same.
type cond struct {
	text     string
	i        int
	depth    int
	env      *Env
	features *Features
}

// fail makes an error about offset off.
func (c *cond) fail(off int, msg string) error { return &CondError{Msg: msg, Off: off} }

// unparsable is the error for what stands at off.
func (c *cond) unparsable(off int, shown string) error {
	return c.fail(off, "unparsable conditional expression '"+shown+"'")
}

// skip goes over white space.
func (c *cond) skip() {
	for c.i < len(c.text) && strings.IndexByte(blanks, c.text[c.i]) >= 0 {
		c.i++
	}
}

// operator takes op if it is next. It must not end the text: shown is what
// the message quotes, "" for the text from the operator on.
func (c *cond) operator(op, shown string) (bool, error) {
	c.skip()
	if !strings.HasPrefix(c.text[c.i:], op) {
		return false, nil
	}
	at := c.i
	c.i += len(op)
	if c.skip(); c.i == len(c.text) {
		if shown == "" {
			shown = c.text[at:]
		}
		return false, c.unparsable(at, shown)
	}
	return true, nil
}

// or evaluates and-expressions joined by ||. wanted is false where the value
// cannot matter any more.
func (c *cond) or(wanted bool) (bool, error) {
	start := c.i
	value := false
	for {
		v, err := c.and(wanted && !value)
		if err != nil {
			return false, err
		}
		value = value || v
		more, err := c.operator("||", c.text[start:])
		if err != nil || !more {
			return value, err
		}
	}
}

// and evaluates terms joined by &&.
func (c *cond) and(wanted bool) (bool, error) {
	value := true
	for {
		v, err := c.term(wanted && value)
		if err != nil {
			return false, err
		}
		value = value && v
		more, err := c.operator("&&", "")
		if err != nil || !more {
			return value, err
		}
	}
}

// term evaluates a number, a predicate or an expression in parentheses, with
// any number of negations.
func (c *cond) term(wanted bool) (bool, error) {
	start := c.i
	negated := false
	for c.skip(); c.i < len(c.text) && c.text[c.i] == '!'; c.skip() {
		negated = !negated
		c.i++
	}
	var value bool
	var err error
	switch {
	case c.i == len(c.text):
		return false, c.unparsable(start, c.text[start:])
	case c.text[c.i] == '(':
		value, err = c.parenthesis(wanted)
	default:
		if n, ok := c.number(); ok {
			value = n != 0
		} else {
			value, err = c.predicate(start, wanted)
		}
	}
	return value != negated, err
}

// parenthesis evaluates an expression in parentheses.
func (c *cond) parenthesis(wanted bool) (bool, error) {
	open := c.i
	c.i++
	if c.i == len(c.text) {
		return false, c.unparsable(open, c.text[open:])
	}
	if c.depth++; c.depth > maxCondDepth {
		return false, c.fail(open, "too many nested parentheses in conditional expression")
	}
	value, err := c.or(wanted)
	if err != nil {
		return false, err
	}
	c.depth--
	if c.skip(); c.i == len(c.text) || c.text[c.i] != ')' {
		return false, c.fail(open, "expected ')' after conditional expression '"+c.text[open:]+"'")
	}
	c.i++
	return value, nil
}

// number takes an integer as C's strtol does in base 0. Only whether it is 0
// matters.
func (c *cond) number() (int, bool) {
	i := c.i
	if c.text[i] == '-' || c.text[i] == '+' {
		i++
	}
	digits := "0123456789"
	if rest := c.text[i:]; len(rest) > 2 && rest[0] == '0' && rest[1]|0x20 == 'x' && isHex(rest[2]) {
		digits = "0123456789abcdefABCDEF"
		i += 2
	} else if rest != "" && rest[0] == '0' {
		digits = "01234567"
	}
	n, start := 0, i
	for i < len(c.text) && strings.IndexByte(digits, c.text[i]) >= 0 {
		if c.text[i] != '0' {
			n = 1
		}
		i++
	}
	if i == start {
		return 0, false
	}
	c.i = i
	return n, true
}

// isHex reports whether b is a hexadecimal digit.
func isHex(b byte) bool { return isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'f' }

// predicate evaluates a predicate with its arguments. start is where its term
// began, negations included.
func (c *cond) predicate(start int, wanted bool) (bool, error) {
	end := c.i
	for end < len(c.text) && (c.text[end] == '_' || isDigit(c.text[end]) || 'a' <= c.text[end] && c.text[end] <= 'z') {
		end++
	}
	name := c.text[c.i:end]
	p, ok := predicates[name]
	if !ok {
		return false, c.unparsable(start, c.text[start:])
	}
	c.i = end
	args, err := c.arguments(name, p.args)
	if err != nil || !wanted {
		return false, err
	}
	return p.eval(c, args)
}

// arguments takes exactly n arguments in parentheses. Without parentheses, a
// single argument is empty.
func (c *cond) arguments(name string, n int) ([]string, error) {
	wrong := func(off int, what string) error {
		return c.fail(off, what+" in argument 1 of predicate '"+name+"' used in conditional expression")
	}
	missing := "missing arguments (got 1/2), type 'string' expected"
	args := make([]string, n)
	if c.i == len(c.text) || c.text[c.i] != '(' {
		if n > 1 {
			return nil, wrong(c.i, missing)
		}
		return args, nil
	}
	c.i++
	for k := range args {
		arg, end := expr.ScanArg(c.text, c.i)
		args[k], c.i = arg.Text, end
		more := end < len(c.text) && c.text[end] == ','
		switch {
		case k+1 < n && !more:
			return nil, wrong(end, missing)
		case k+1 < n:
			c.i++
		case end == len(c.text):
			return nil, wrong(end, "expected ')'")
		case more:
			return nil, wrong(end, "expected ')' before '"+c.text[end:]+"'")
		}
	}
	c.i++
	return args, nil
}
