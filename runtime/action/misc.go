package action

import (
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "early-hint", Manual: "4.2", Usage: "<name> <fmt>",
				Doc: "Sends the client a 103 response with a header, ahead of the final response.",
				OK:  []string{`http-request early-hint Link "</style.css>; rel=preload; as=style"`},
				Bad: []string{"http-request early-hint Link", "http-request early-hint Link a b"},
			},
			In: requestRules, Registered: true, Least: 2, Compile: compileEarlyHint,
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "disable-l7-retry", Manual: "4.2", Doc: "Forbids to try the request again once a server has got it.",
				OK: []string{"http-request disable-l7-retry if { method POST }"}, Bad: []string{"http-request disable-l7-retry x"},
			},
			In: requestRules, Registered: true,
			Compile: always(func(s *core.Stream) core.Verdict {
				if s.Control != nil {
					s.Control.DisableL7Retry()
				}
				return core.Continue
			}),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "wait-for-handshake", Manual: "4.2",
				Doc: "Delays the request until the TLS handshake is over, which it always is here: nothing is read before.",
				OK:  []string{"http-request wait-for-handshake"}, Bad: []string{"http-request wait-for-handshake x"},
			},
			In: requestRules, Registered: true,
			Compile: always(func(*core.Stream) core.Verdict { return core.Continue }),
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "strict-mode", Manual: "4.2", Usage: "{ on | off }",
				Doc: "Is read for compatibility: messages have room for what rules add, so no rewriting fails.",
				OK:  []string{"http-request strict-mode on", "http-response strict-mode off"},
				Bad: []string{"http-request strict-mode", "http-request strict-mode maybe", "http-request strict-mode on x"},
			},
			In: httpRules, Registered: true, Least: 1, Compile: compileStrictMode,
		},
		&registry.Action{
			Keyword: registry.Keyword{
				Name: "use-service", Manual: "4.2", Usage: "<service>",
				Doc: "Lets a service of the proxy answer: prometheus-exporter gives its statistics.",
				OK:  []string{"http-request use-service prometheus-exporter if { path /metrics }"},
				Bad: []string{"http-request use-service", "http-request use-service foo", "tcp-request content use-service prometheus-exporter"},
			},
			In: requestRules | registry.InRulesets(core.TCPRequestContent), Final: true, Registered: true, Least: 1, Compile: compileService,
		},
	)
}

func compileService(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 1) {
		return a.Fail(c, 1, "'use-service' expects a service name..")
	}
	if a.Ruleset != core.HTTPRequest && a.Words[1].Text == "prometheus-exporter" {
		c.Alert(&a.Words[1], "Prometheus exporter service only available on 'http-request' rulesets")
		return nil
	}
	if s := c.Service(a.Words[1].Text); s != nil {
		return serveScript(c, a, s)
	}
	if name := a.Words[1].Text; name != "prometheus-exporter" {
		return a.Fail(c, 1, "'%s' unknown service name..", name)
	}
	if !a.End(c, 2) {
		return nil
	}
	return func(s *core.Stream) core.Verdict {
		s.Log.Service = "<PROMEX>"
		s.Reply = core.Answer{Status: 503}
		if s.Control != nil {
			s.Control.ServeMetrics()
		}
		return core.Reply
	}
}

// serveScript hands streams over to a service of a script.
func serveScript(c *registry.Compiler, a *registry.ActionArgs, s *registry.Service) core.Action {
	if s.HTTP && a.Ruleset != core.HTTPRequest {
		return a.Fail(c, 1, "HTTP services cannot be used in '%s' rules.", a.Ruleset)
	}
	if !a.End(c, 2) {
		return nil
	}
	return func(st *core.Stream) core.Verdict {
		st.Applet = s.New(st)
		return core.Serve
	}
}

func compileEarlyHint(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 2) {
		return a.Fail(c, 1, "expects exactly 2 arguments.")
	}
	value, ok := compileText(c, a, 2)
	if !ok || !a.End(c, 3) {
		return nil
	}
	name := strings.ToLower(a.Words[1].Text)
	return func(s *core.Stream) core.Verdict {
		if s.Control != nil {
			s.Control.EarlyHint(name, value.of(s))
		}
		return core.Continue
	}
}

func compileStrictMode(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if len(a.Words) < 2 {
		return a.Fail(c, 1, "expects exactly 1 arguments.")
	}
	if w := a.Words[1].Text; w != "on" && w != "off" {
		return a.Fail(c, 1, "Unexpected value '%s'. Only 'on' and 'off' are supported.", w)
	}
	if !a.End(c, 2) {
		return nil
	}
	return func(*core.Stream) core.Verdict { return core.Continue }
}
