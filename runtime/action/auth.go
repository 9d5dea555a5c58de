package action

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "auth", Manual: "4.2", Usage: "[realm <realm>]",
			Doc: "Asks the client for a user and a password: answers 401, or 407 to a request for a proxy.",
			OK:  []string{"http-request auth", `http-request auth realm "Our site" if { path /private }`},
			Bad: []string{"http-request auth realm", "http-request auth nonsense", "http-request auth realm a b"},
		},
		In: requestRules, Final: true, Registered: true, Valued: map[string]int{"realm": 1}, Compile: compileAuth,
	})
}

var (
	authenticate      = []byte("www-authenticate")
	proxyAuthenticate = []byte("proxy-authenticate")
)

func compileAuth(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	end := 1
	var realm string
	if len(a.Words) > 1 && a.Words[1].Text == "realm" {
		if !has(a, 2) {
			return a.Fail(c, 1, "missing realm value.\n")
		}
		realm, end = a.Words[2].Text, 3
	}
	if !a.End(c, end) {
		return nil
	}
	if realm == "" {
		if realm = c.Proxy.Name; a.Statement.Keyword() == "stats" {
			realm = core.DefaultStatsRealm
		}
	}
	challenge := []byte(`Basic realm="` + realm + `"`)
	return func(s *core.Stream) core.Verdict {
		status, header := 401, authenticate
		if s.AsksProxy() {
			status, header = 407, proxyAuthenticate
		}
		s.CountError()
		s.Reply = core.Answer{Status: status}
		s.AddReplyExtra(header, challenge)
		return core.Reply
	}
}
