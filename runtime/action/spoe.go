package action

import (
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/spoe"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "send-spoe-group", Manual: "4.2", Usage: "<engine> <group>",
			Doc: "Sends a group of messages to the agent of a filter \"spoe\", and waits for what it says.",
			OK:  []string{"http-request send-spoe-group engine group if { path /login }", "tcp-request content send-spoe-group engine group", "http-response send-spoe-group engine group"},
			Bad: []string{"http-request send-spoe-group", "http-request send-spoe-group engine", "http-request send-spoe-group engine group x",
				"tcp-request content send-spoe-group engine"},
		},
		In: streamRules, Registered: true, Compile: compileSendGroup,
	})
}

func compileSendGroup(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	if !has(a, 2) || len(a.Words) > 3 {
		return a.Fail(c, len(a.Words)-1, "expects 2 arguments: <engine-id> <group-id>.")
	}
	engine, name, pos := a.Words[1].Text, a.Words[2].Text, a.Words[0].Pos
	var agent *spoe.Agent
	var group *spoe.Group
	c.Later(registry.Check, func() {
		agent = spoe.Find(c.Proxy, engine)
		if agent == nil {
			c.Diags.Config(diag.Alert, "Proxy '%s': unable to find SPOE engine '%s' used by the send-spoe-group '%s'.", c.Proxy.Name, engine, name).Pos = pos
			return
		}
		if group = agent.Groups[name]; group == nil {
			c.Diags.Config(diag.Alert, "Proxy '%s': unable to find SPOE group '%s' into SPOE engine '%s' configuration.", c.Proxy.Name, name, engine).Pos = pos
		}
	})
	p := c.Proxy
	switch a.Ruleset {
	case core.TCPRequestContent:
		return func(s *core.Stream) core.Verdict {
			agent.Send(s, group, !s.Complete, p.InspectRequest)
			if s.Control != nil {
				s.Control.CatchUp()
			}
			return core.Continue
		}
	case core.TCPResponseContent:
		return func(s *core.Stream) core.Verdict {
			agent.Send(s, group, !s.Complete, p.InspectResponse)
			return core.Continue
		}
	}
	return func(s *core.Stream) core.Verdict {
		agent.Send(s, group, true, 0)
		return core.Continue
	}
}
