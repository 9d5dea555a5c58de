package proxy

import (
	"fmt"
	"regexp"
	"strings"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// expectation is what the two kinds of "expect" rules have in common.
type expectation struct {
	c    *registry.Compiler
	st   *ast.Statement
	rule string // as in messages
	at   int    // the word to read next

	negate           bool
	minRecv          int
	ok, failed, tout health.Status
	remark           string
	// onSuccess and onError word the result, code finds the code to report with
	// it; nil for the usual ones.
	onSuccess, onError func(a *health.Attempt) string
	code               func(a *health.Attempt) int
	kind               string // of the pattern, "" until one came
}

func newExpectation(c *registry.Compiler, st *ast.Statement) *expectation {
	return &expectation{c: c, st: st, rule: st.Words[0].Text + " expect", at: 2, minRecv: -1}
}

func (e *expectation) fail(w *ast.Word, format string, args ...any) bool {
	e.c.Alert(w, "'%s' : %s.", e.rule, fmt.Sprintf(format, args...))
	return false
}

// next takes the word that belongs to the one before.
func (e *expectation) next() *ast.Word {
	w := word(e.st, e.at)
	e.at++
	return w
}

var expectStatuses = map[string]struct {
	names map[string]health.Status
	help  string
}{
	"ok-status": {map[string]health.Status{"L4OK": health.L4OK, "L6OK": health.L6OK, "L7OK": health.L7OK, "L7OKC": health.L7OKCond},
		"'L4OK', 'L6OK', 'L7OK' or 'L7OKC'"},
	"error-status": {map[string]health.Status{"L4CON": health.L4Con, "L6RSP": health.L6Rsp, "L7RSP": health.L7Rsp, "L7STS": health.L7Status},
		"'L4CON', 'L6RSP', 'L7RSP' or 'L7STS'"},
	"tout-status": {map[string]health.Status{"L4TOUT": health.L4TOut, "L6TOUT": health.L6TOut, "L7TOUT": health.L7TOut},
		"'L4TOUT', 'L6TOUT' or 'L7TOUT'"},
}

// read reads the whole rule. pattern is called with each word that is no common
// option: it takes a pattern and its arguments, or reports the word.
func (e *expectation) read(pattern func(w *ast.Word) bool) bool {
	if word(e.st, 2).Text == "" {
		return e.fail(word(e.st, 2), "expects at least a matching pattern as arguments")
	}
	for e.at < len(e.st.Words) {
		w := e.next()
		switch w.Text {
		case "comment", "on-success", "on-error":
			arg := e.next()
			if arg.Text == "" {
				return e.fail(arg, "'%s' expects a string as argument.", w.Text)
			}
			if w.Text == "comment" {
				e.remark = arg.Text
				continue
			}
			text, ok := checkFormat(e.c, e.rule, arg)
			switch {
			case !ok:
				return false
			case w.Text == "on-success":
				e.onSuccess = text
			default:
				e.onError = text
			}
		case "min-recv":
			arg := e.next()
			if arg.Text == "" {
				return e.fail(arg, "'min-recv' expects a integer as argument")
			}
			e.minRecv = int(max(value.Atol(arg.Text), -1))
		case "ok-status", "error-status", "tout-status":
			if !e.status(w) {
				return false
			}
		case "status-code":
			arg := e.next()
			if arg.Text == "" {
				return e.fail(arg, "'status-code' expects an expression as argument")
			}
			var ok bool
			if e.code, ok = checkNumber(e.c, e.rule, arg); !ok {
				return false
			}
		default:
			if !e.pattern(w, pattern) {
				return false
			}
		}
	}
	if e.kind == "" {
		return e.fail(word(e.st, len(e.st.Words)), "pattern not found")
	}
	return true
}

func (e *expectation) status(w *ast.Word) bool {
	arg := e.next()
	s := expectStatuses[w.Text]
	status, ok := s.names[arg.Text]
	if !ok {
		return e.fail(arg, "'%s' only supports %s status (got '%s').", w.Text, s.help, arg.Text)
	}
	switch w.Text {
	case "ok-status":
		e.ok = status
	case "error-status":
		e.failed = status
	default:
		e.tout = status
	}
	return true
}

// pattern reads "!" and a match with its pattern.
func (e *expectation) pattern(w *ast.Word, pattern func(*ast.Word) bool) bool {
	kind := *w
	negate := false
	if w.Text == "!" {
		negate, kind = true, *e.next()
	} else if len(w.Text) > 1 && w.Text[0] == '!' {
		negate = true
		kind.Text = w.Text[1:]
	}
	had := e.kind
	if !pattern(&kind) {
		return false
	}
	if had != "" {
		return e.fail(w, "only on pattern expected")
	}
	e.negate = negate
	return true
}

// argument takes the pattern of a match.
func (e *expectation) argument(kind *ast.Word) (*ast.Word, bool) {
	arg := e.next()
	if arg.Text == "" {
		return nil, e.fail(arg, "'%s' expects a <pattern> as argument", kind.Text)
	}
	e.kind = kind.Text
	return arg, true
}

// regexp takes a pattern that is a regular expression.
func (e *expectation) regexp(kind *ast.Word) (*regexp.Regexp, bool) {
	arg, ok := e.argument(kind)
	if !ok {
		return nil, false
	}
	return e.compile(arg)
}

func (e *expectation) compile(w *ast.Word) (*regexp.Regexp, bool) {
	re, err := regexp.Compile(w.Text)
	if err != nil {
		return nil, e.fail(w, "regex '%s' is invalid (error=%s)", w.Text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re, true
}

// formatArgument takes a pattern that is a log format.
func (e *expectation) formatArgument(kind *ast.Word) (func(a *health.Attempt) string, bool) {
	arg, ok := e.argument(kind)
	if !ok {
		return nil, false
	}
	return checkFormat(e.c, e.rule, arg)
}
