package proxy

import (
	"bytes"
	"encoding/hex"
	"strings"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/http1"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// CheckMemory makes the stream that stands for a run of srv's check, for the
// expressions of its rules.
func CheckMemory(srv *core.Server) func() any {
	p := srv.Proxy
	return func() any {
		return &core.Stream{
			Exchange: new(core.Exchange),
			Session:  &core.Session{Listener: new(core.Listener), Frontend: p},
			Frontend: p, Backend: p, Server: srv, Complete: true, RequestParsed: true,
			Check: new(core.Vars),
		}
	}
}

// streamOf returns the stream of a run, with what the server has answered so far:
// as bytes and, where it is one, as a response.
func streamOf(a *health.Attempt) *core.Stream {
	s := a.Memory.(*core.Stream)
	s.Payload, s.Response, s.ResponseParsed = a.Input(), true, false
	if bytes.HasPrefix(s.Payload, []byte("HTTP/")) {
		s.Res.Reset()
		n, err := http1.ParseResponse(bytes.Clone(s.Payload), &s.Res, &s.Req, nil)
		s.ResponseParsed = err == nil && n > 0
	}
	return s
}

// checkNumber compiles an expression within a rule of checks that gives a number.
func checkNumber(c *registry.Compiler, rule string, w *ast.Word) (func(a *health.Attempt) int, bool) {
	e, ok := sample.Expr(c, w, sample.Place{Error: "'" + rule + "' : error detected while parsing status-code expression", Where: registry.CheckPlace, What: rule})
	if !ok {
		return nil, false
	}
	return func(a *health.Attempt) int {
		var p core.Sample
		e.Eval(streamOf(a), core.Sint, &p)
		return int(p.Int)
	}, true
}

// checkFormat compiles a log format within a rule of checks; rule is what
// messages call that.
func checkFormat(c *registry.Compiler, rule string, w *ast.Word) (func(a *health.Attempt) string, bool) {
	f, ok := sample.Format(c, w, sample.Place{Error: "'" + rule + "'", Where: registry.CheckPlace, What: rule})
	if !ok {
		return nil, false
	}
	return func(a *health.Attempt) string { return string(f.Append(nil, streamOf(a))) }, true
}

// checkVariable compiles set-var, set-var-fmt and unset-var, which are actions of
// rules. It reports false for other words.
func checkVariable(c *registry.Compiler, name string, st *ast.Statement, add func(health.Step)) bool {
	w := word(st, 1)
	action, _, ok := strings.Cut(w.Text, "(")
	a, known := registry.Actions.Find(action)
	if !ok || !known || action != "set-var" && action != "set-var-fmt" && action != "unset-var" {
		return false
	}
	do := a.Compile(c, &registry.ActionArgs{
		Statement: st, Ruleset: core.HTTPRequest, Words: st.Words[1:], Where: registry.CheckPlace,
		Error: "'" + name + " " + w.Text + "' : '" + w.Text + "'",
	})
	if do != nil {
		add(health.Do(func(a *health.Attempt) { do(streamOf(a)) }))
	}
	return true
}

// formatSend makes the record of a "tcp-check" rule that sends what a log format
// gives.
func formatSend(name, doc, example string, binary bool) *registry.Directive {
	return checkRule("tcp-check "+name, "<fmt> [ comment <text> ]", doc,
		[]string{"tcp-check " + name + " " + example}, []string{"tcp-check " + name, "tcp-check " + name + " %[no_such_fetch]"},
		func(c *registry.Compiler, st *ast.Statement, s *core.CheckSettings) {
			x, ok := tcpSend(c, st, "log-format string")
			if !ok {
				return
			}
			text, ok := checkFormat(c, "tcp-check "+name, &st.Words[2])
			if !ok {
				return
			}
			x.Build = func(a *health.Attempt) []byte {
				if !binary {
					return []byte(text(a))
				}
				b, _ := hex.DecodeString(text(a)) // up to the first wrong digit
				return b
			}
			s.TCP = append(s.TCP, x)
		})
}
