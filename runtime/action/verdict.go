package action

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "accept", Manual: "4.2", Doc: "Ends the ruleset: what comes goes on.",
				OK:  []string{"tcp-request connection accept", "tcp-request content accept if { src 10.0.0.0/8 }"},
				Bad: []string{"tcp-request content accept x"},
			},
			In: tcpRules, Final: true, Compile: tcpVerdict(core.Accept),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "allow", Manual: "4.2", Doc: "Ends the ruleset: the message goes on.",
				OK:  []string{"http-request allow", "http-response allow if { status 200 }"},
				Bad: []string{"http-request allow x"},
			},
			In: httpRules, Final: true, Registered: true,
			Compile: always(func(*core.Stream) core.Verdict { return core.Accept }),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "reject", Manual: "4.2", Doc: "Closes the connection without an answer.",
				OK:  []string{"tcp-request connection reject", "http-request reject if { src 10.0.0.0/8 }"},
				Bad: []string{"http-request reject x", "tcp-request content reject x"},
			},
			In: tcpRules | requestRules, Final: true, Registered: true,
			Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
				if a.Ruleset != core.HTTPRequest {
					return tcpVerdict(core.Reject)(c, a)
				}
				return always(func(*core.Stream) core.Verdict { return core.Reject })(c, a)
			},
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "close", Manual: "4.2", Doc: "Closes the server's connection at once.",
				Bad: []string{"tcp-response content close x"},
			},
			In: registry.InRulesets(core.TCPResponseContent), Final: true, Compile: tcpVerdict(core.Reject),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "silent-drop", Manual: "4.2",
				Doc: "Forgets the client's connection without telling the client, which keeps waiting.",
				OK:  []string{"http-request silent-drop", "tcp-request connection silent-drop if { src 10.0.0.0/8 }"},
				Bad: []string{"http-request silent-drop x"},
			},
			In: tcpRules | messageRules, Final: true, Registered: true,
			Compile: always(func(*core.Stream) core.Verdict { return core.Drop }),
		},
	)
}

// tcpVerdict is the action of a tcp rule that decides; its complaint about words
// that follow is one of its own.
func tcpVerdict(v core.Verdict) func(*registry.Compiler, *registry.ActionArgs) core.Action {
	return func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
		if len(a.Words) > 1 {
			c.Alert(&a.Words[1], "'%s %s' only accepts 'if' or 'unless', in %s '%s' (got '%s')",
				a.Ruleset, a.Words[0].Text, c.Proxy, c.Proxy.Name, a.Words[1].Text)
			return nil
		}
		return func(*core.Stream) core.Verdict { return v }
	}
}
