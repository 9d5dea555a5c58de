package proxy

import (
	"encoding/hex"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// tcpExpect reads a "tcp-check expect" rule.
func tcpExpect(c *registry.Compiler, st *ast.Statement) (*health.Expect, bool) {
	e := newExpectation(c, st)
	x := &health.Expect{}
	var match func(a *health.Attempt) health.Matcher // nil when x has it
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
		case "string-lf":
			text, ok := e.formatArgument(w)
			match = func(a *health.Attempt) health.Matcher {
				return unnamed(health.MatchString(text(a)), "(log-format string)")
			}
			return ok
		case "binary-lf":
			text, ok := e.formatArgument(w)
			match = func(a *health.Attempt) health.Matcher {
				b, _ := hex.DecodeString(text(a)) // up to the first wrong digit
				return unnamed(health.MatchBinary(b), "(log-format binary)")
			}
			return ok
		}
		return e.fail(w, "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or comment but got '%s' as argument.", w.Text)
	})
	x.Negate, x.MinRecv, x.Remark = e.negate, e.minRecv, e.remark
	x.OK, x.Error, x.Timeout = e.ok, e.failed, e.tout
	x.Bind = func(a *health.Attempt) *health.Expect {
		y := *x
		if match != nil {
			y.Match = match(a)
		}
		y.Succeed, y.Fail = e.words(a, e.onSuccess), e.words(a, e.onError)
		return &y
	}
	return x, ok
}

// words makes what an expectation says of its result in one run, nil for the usual
// words.
func (e *expectation) words(a *health.Attempt, text func(*health.Attempt) string) func([]byte) (string, int) {
	if text == nil {
		return nil
	}
	return func([]byte) (string, int) {
		code := 0
		if e.code != nil {
			code = e.code(a)
		}
		return text(a), code
	}
}

// unnamed has messages call what a matcher looks for by a name of its kind.
func unnamed(m health.Matcher, name string) health.Matcher {
	m.Missing, m.Unwanted = name, name
	return m
}
