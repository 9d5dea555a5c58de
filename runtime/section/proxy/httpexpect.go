package proxy

import (
	"regexp"
	"strings"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// httpExpect reads an "http-check expect" rule.
func httpExpect(c *registry.Compiler, st *ast.Statement) (*health.Response, bool) {
	e := newExpectation(c, st)
	x := &health.Response{}
	var match func(a *health.Attempt) health.Matcher // nil when x has it
	ok := e.read(func(w *ast.Word) bool {
		switch w.Text {
		case "status":
			arg, ok := e.argument(w)
			if !ok {
				return false
			}
			in, reason := statusList(arg.Text)
			if reason != "" {
				return e.fail(arg, "%s", reason)
			}
			x.Judge = health.HTTPStatuses(in)
			return true
		case "rstatus":
			re, ok := e.regexp(w)
			if ok {
				x.Judge = func(a *health.Answer) bool { return re.MatchString(statusText(a.Code)) }
			}
			return ok
		case "string":
			arg, ok := e.argument(w)
			if ok {
				x.Judge, x.Content = health.HTTPContent(health.MatchString(arg.Text)), true
			}
			return ok
		case "rstring":
			re, ok := e.regexp(w)
			if ok {
				x.Judge, x.Content = health.HTTPContent(health.MatchRegexp(re)), true
			}
			return ok
		case "hdr", "fhdr":
			judge, ok := e.header(w)
			x.Judge = judge
			return ok
		case "string-lf":
			text, ok := e.formatArgument(w)
			x.Content = true
			match = func(a *health.Attempt) health.Matcher { return health.MatchString(text(a)) }
			return ok
		}
		return e.fail(w, "'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or comment but got '%s' as argument.", w.Text)
	})
	x.Negate, x.MinRecv, x.Remark = e.negate, e.minRecv, e.remark
	x.OK, x.Error, x.Timeout = e.ok, e.failed, e.tout
	x.Bind = func(a *health.Attempt) *health.Response {
		y := *x
		if match != nil {
			y.Judge = health.HTTPContent(match(a))
		}
		y.Succeed, y.Fail = e.httpWords(a, e.onSuccess), e.httpWords(a, e.onError)
		if e.code != nil {
			y.Code = func(*health.Answer) int { return e.code(a) }
		}
		return &y
	}
	return x, ok
}

// httpWords is [expectation.words] for responses.
func (e *expectation) httpWords(a *health.Attempt, text func(*health.Attempt) string) func(*health.Answer) string {
	if text == nil {
		return nil
	}
	return func(*health.Answer) string { return text(a) }
}

func statusText(code int) string {
	return string([]byte{byte('0' + code/100), byte('0' + code/10%10), byte('0' + code%10)})
}

// statusList reads statuses and ranges between commas.
func statusList(text string) (in func(int) bool, reason string) {
	type span struct{ from, to int }
	var spans []span
	for _, part := range strings.Split(text, ",") {
		for i := range part {
			if b := part[i]; (b < '0' || b > '9') && b != '-' {
				return nil, "invalid character '" + part[i:i+1] + "' in the list of status codes"
			}
		}
		if part == "" {
			continue
		}
		low, high, ranged := strings.Cut(part, "-")
		s := span{int(value.Atol(low)), int(value.Atol(low))}
		if ranged {
			s.to = int(value.Atol(high))
		}
		if s.to < s.from {
			return nil, "invalid range of status codes '" + part + "'"
		}
		spans = append(spans, s)
	}
	return func(code int) bool {
		for _, s := range spans {
			if code >= s.from && code <= s.to {
				return true
			}
		}
		return false
	}, ""
}

// header reads "name [-m <method>] <name> [value [-m <method>] <value>]".
func (e *expectation) header(kind *ast.Word) (func(*health.Answer) bool, bool) {
	if w := e.next(); w.Text == "name-lf" {
		return nil, e.fail(w, "'%s name-lf' is a HAProxy feature that gohap does not support yet", kind.Text)
	} else if w.Text != "name" {
		return nil, e.fail(w, "'%s' expects at the name keyword as first argument followed by a pattern", kind.Text)
	}
	at := word(e.st, e.at)
	_, name, ok := e.matcher(kind)
	if !ok {
		return nil, false
	}
	if name == "" {
		return nil, e.fail(at, "'%s name -m' is a HAProxy feature that gohap does not support yet", kind.Text)
	}
	e.kind = kind.Text
	var wanted func(string) bool
	if w := word(e.st, e.at); w.Text == "value-lf" {
		return nil, e.fail(w, "'%s value-lf' is a HAProxy feature that gohap does not support yet", kind.Text)
	}
	if word(e.st, e.at).Text == "value" {
		e.at++
		valueIs, _, ok := e.matcher(kind)
		if !ok {
			return nil, false
		}
		wanted = valueIs
	}
	return health.HTTPHeader(name, kind.Text == "hdr", wanted), true
}

// matcher reads a pattern with an optional method. exact is the pattern of the
// default method.
func (e *expectation) matcher(kind *ast.Word) (is func(string) bool, exact string, ok bool) {
	method := "str"
	if word(e.st, e.at).Text == "-m" {
		e.at++
		w := e.next()
		method = w.Text
		if !strings.Contains(" str beg end sub reg ", " "+method+" ") {
			return nil, "", e.fail(w, "'%s' : '-m' only supports 'str', 'beg', 'end', 'sub' or 'reg' (got '%s')", kind.Text, method)
		}
	}
	w := e.next()
	if w.Text == "" {
		return nil, "", e.fail(w, "'%s' expects a pattern", kind.Text)
	}
	p := w.Text
	switch method {
	case "beg":
		return func(s string) bool { return strings.HasPrefix(s, p) }, "", true
	case "end":
		return func(s string) bool { return strings.HasSuffix(s, p) }, "", true
	case "sub":
		return func(s string) bool { return strings.Contains(s, p) }, "", true
	case "reg":
		var re *regexp.Regexp
		if re, ok = e.compile(w); !ok {
			return nil, "", false
		}
		return re.MatchString, "", true
	}
	return func(s string) bool { return s == p }, p, true
}
