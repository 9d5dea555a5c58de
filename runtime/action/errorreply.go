package action

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// ErrorReply compiles the arguments of an http-error line, which are those of
// "http-request return". The result leaves the answer in the stream's Reply. It
// reports errors itself.
func ErrorReply(c *registry.Compiler, st *ast.Statement) (status int, answer core.Action, ok bool) {
	a := &registry.ActionArgs{
		Statement: st, Ruleset: core.HTTPResponse, Words: st.Words, Error: "http-error",
		Where: sample.RulePlaces(core.HTTPRequest, c.Proxy.Caps) | sample.RulePlaces(core.HTTPResponse, c.Proxy.Caps),
	}
	p := &replyParser{c: c, a: a, r: &reply{}, i: 1, line: true}
	r, ok := p.read()
	if !ok {
		return 0, nil, false
	}
	if r.kind == defaultPages {
		r.kind, r.page = errorFile, errorpage.Builtin(r.status)
	}
	return r.status, r.answer(core.Answer{}), true
}
