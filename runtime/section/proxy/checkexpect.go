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

	negate             bool
	minRecv            int
	ok, failed, tout   health.Status
	remark             string
	onSuccess, onError *ast.Word
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
			switch w.Text {
			case "comment":
				e.remark = arg.Text
			case "on-success":
				e.onSuccess = arg
			default:
				e.onError = arg
			}
			if w.Text != "comment" && !plainText(arg.Text) {
				return e.fail(arg, "log-format in '%s' is a HAProxy feature that gohap does not support yet", w.Text)
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
			return e.fail(w, "'status-code' is a HAProxy keyword that gohap does not support yet")
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

// tcpExpect reads a "tcp-check expect" rule.
func tcpExpect(c *registry.Compiler, st *ast.Statement) (*health.Expect, bool) {
	e := newExpectation(c, st)
	x := &health.Expect{}
	ok := e.read(func(w *ast.Word) bool {
		switch w.Text {
		case "string":
			arg, ok := e.argument(w)
			if ok {
				x.Match = health.MatchString(arg.Text)
			}
			return ok
		case "binary":
			arg, ok := e.argument(w)
			if !ok {
				return false
			}
			data, reason := binary(arg.Text)
			if reason != "" {
				return e.fail(arg, "%s", reason)
			}
			x.Match = health.MatchBinary(data)
			return true
		case "rstring":
			re, ok := e.regexp(w)
			if ok {
				x.Match = health.MatchRegexp(re)
			}
			return ok
		case "rbinary":
			re, ok := e.regexp(w)
			if ok {
				x.Match = health.MatchHexRegexp(re)
			}
			return ok
		case "string-lf", "binary-lf":
			return e.fail(w, "'%s' is a HAProxy keyword that gohap does not support yet", w.Text)
		}
		return e.fail(w, "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or comment but got '%s' as argument.", w.Text)
	})
	x.Negate, x.MinRecv, x.Remark = e.negate, e.minRecv, e.remark
	x.OK, x.Error, x.Timeout = e.ok, e.failed, e.tout
	x.Succeed, x.Fail = fixedInfo(e.onSuccess), fixedInfo(e.onError)
	return x, ok
}

// fixedInfo makes a message without variables.
func fixedInfo(w *ast.Word) func([]byte) (string, int) {
	if w == nil {
		return nil
	}
	text := w.Text
	return func([]byte) (string, int) { return text, 0 }
}
