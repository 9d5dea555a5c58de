package action

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// replyValues are the words of an answer that have arguments.
var replyValues = map[string]int{
	"status": 1, "deny_status": 1, "content-type": 1, "errorfile": 1, "errorfiles": 1, "file": 1, "lf-file": 1, "string": 1, "lf-string": 1, "hdr": 2,
}

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "deny", Manual: "4.2", Usage: replyUsage,
				Doc: "Refuses the message and answers the client: with 403, or 502 for a response, unless told otherwise.",
				OK: []string{"http-request deny", "http-request deny deny_status 429 if { src 10.0.0.0/8 }",
					`http-request deny status 400 content-type text/plain lf-string "no, %[src]" hdr X-Why because`, "http-response deny if { status 500 }"},
				Bad: []string{"http-request deny x", "http-request deny deny_status 402", "http-request deny deny_status 999", "http-request deny string x"},
			},
			In: messageRules, Final: true, Registered: true, Valued: replyValues,
			Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
				status := 403
				if a.Ruleset == core.HTTPResponse {
					status = 502
				}
				return compileDeny(c, a, status, false)
			},
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "tarpit", Manual: "4.2", Usage: replyUsage,
				Doc: "Keeps the client waiting for the tarpit timeout, then answers with 500 unless told otherwise.",
				OK:  []string{"http-request tarpit", "http-request tarpit deny_status 429 if { src 10.0.0.0/8 }"},
				Bad: []string{"http-request tarpit x"},
			},
			In: requestRules, Final: true, Registered: true, Valued: replyValues,
			Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
				return compileDeny(c, a, 500, true)
			},
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "return", Manual: "4.2", Usage: returnUsage,
				Doc: "Answers the client: with 200 and an empty body unless told otherwise.",
				OK: []string{"http-request return", "http-request return status 204", `http-request return content-type text/plain string "pong" if { path /ping }`,
					"http-request return status 503 default-errorfiles"},
				Bad: []string{"http-request return x", "http-request return status 600", "http-request return string a",
					"http-request return status 204 string a content-type a", "http-request return hdr a"},
			},
			In: messageRules, Final: true, Registered: true, Valued: replyValues,
			Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
				r, ok := parseReply(c, a, 200)
				if !ok {
					return nil
				}
				return r.answer(core.Answer{})
			},
		},
	)
}

const (
	returnUsage = "[ status <code> ] [ content-type <type> ] [ { default-errorfiles | errorfile <file> | errorfiles <name> | " +
		"file <file> | lf-file <file> | string <str> | lf-string <fmt> } ] [ hdr <name> <fmt> ]*"
	replyUsage = "[ { status | deny_status } <code> ] [ content-type <type> ] [ { default-errorfiles | errorfile <file> | errorfiles <name> | " +
		"file <file> | lf-file <file> | string <str> | lf-string <fmt> } ] [ hdr <name> <fmt> ]*"
)

// compileDeny compiles deny and tarpit. Alone, or with a deny_status and nothing
// more, they answer with the error page.
func compileDeny(c *registry.Compiler, a *registry.ActionArgs, status int, tarpit bool) core.Action {
	if len(a.Words) == 1 {
		r := &reply{status: status, kind: defaultPages}
		return r.answer(core.Answer{Denied: true, Tarpit: tarpit})
	}
	alone := false
	if w := a.Words[1].Text; w == "deny_status" {
		alone = len(a.Words) <= 3
		n := *a
		n.Words = append(n.Words[:1:1], n.Words[1:]...)
		n.Words[1].Text = "status"
		a = &n
	}
	r, ok := parseReplyOf(c, a, status, alone)
	if !ok {
		return nil
	}
	return r.answer(core.Answer{Denied: true, Tarpit: tarpit})
}

// answer returns the action that answers so.
func (r *reply) answer(a core.Answer) core.Action {
	a.Status = r.status
	switch r.kind {
	case defaultPages:
	case errorFile, sectionFile:
		a.Page = r.page
	default:
		a.Custom, a.Bare = true, true
		return func(s *core.Stream) core.Verdict {
			s.Reply = a
			r.build(s)
			return core.Reply
		}
	}
	return func(s *core.Stream) core.Verdict {
		s.Reply = a
		return core.Reply
	}
}
