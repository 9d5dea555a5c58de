package server

import (
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.ServerOptions.Add(
		option("agent-check", "Asks an agent on the server for its state.", 0, []string{"agent-check agent-port 9000"}, nil,
			func(_ *registry.Compiler, s *core.ServerSettings, _ []ast.Word) { s.Agent.Check = true }),
		flag("no-agent-check", "Undoes \"agent-check\".", func(s *core.ServerSettings) { s.Agent.Check = false }),
		option("agent-addr", "Where the agent listens.", 1, []string{"agent-addr 127.0.0.1"}, []string{"agent-addr", "agent-addr 127.0.0.1:x"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'agent-addr' expects an address as argument.")
					return
				}
				a, err := resolved(w[1].Text, value.ForCheck, c.Env)
				if err != nil || !a.IsIP() {
					fail(c, &w[1], "parsing agent-addr failed. Check if '%s' is correct address.", w[1].Text)
					return
				}
				s.Agent.Addr = a
			}),
		option("agent-port", "The agent's port.", 1, []string{"agent-port 9000"}, []string{"agent-port"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'agent-port' expects a port number as argument.")
					return
				}
				s.Agent.Port = int(uint16(value.Atol(w[1].Text)))
			}),
		delay("agent-inter", "The time between questions to the agent.", func(s *core.ServerSettings) *time.Duration { return &s.Agent.Inter }),
		option("agent-send", "What is said to the agent first.", 1, []string{`agent-send hello\n`}, []string{"agent-send"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'agent-send' expects a string as argument.")
					return
				}
				s.Agent.Send = w[1].Text
			}),
	)
}
