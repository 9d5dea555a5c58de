package spoe

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// link gives the agent its messages and groups, and warns in the order in which
// HAProxy does. It returns what is wrong, "" for nothing.
func (f *source) link(c *registry.Compiler) string {
	a := f.agent
	if a.Hello <= 0 || a.Idle <= 0 || a.Processing <= 0 {
		warn(c, "missing timeouts for SPOE agent '%s' declare at %s.\n"+
			"   | While not properly invalid, you will certainly encounter various problems\n"+
			"   | with such a configuration. To fix this, please ensure that all following\n"+
			"   | timeouts are set to a non-zero value: 'hello', 'idle', 'processing'.", a.Name, declared(a))
	}
	if a.Prefix == "" {
		a.Prefix = a.Name
	}
	if len(f.order) == 0 && len(f.groupOrder) == 0 {
		warn(c, "No message/group used by SPOE agent '%s' declared at %s.", a.Name, declared(a))
	}
	for _, name := range f.order {
		m := f.messages[name]
		if m == nil {
			return fmt.Sprintf("SPOE agent '%s' try to use undefined SPOE message '%s' at %s", a.Name, name, declared(a))
		}
		if why := f.place(c, m); why != "" {
			return why
		}
	}
	for _, name := range f.groupOrder {
		g := f.groups[name]
		if g == nil {
			return fmt.Sprintf("SPOE agent '%s' try to use undefined SPOE group '%s' at %s", a.Name, name, declared(a))
		}
		for _, name := range g.messages {
			m := f.messages[name]
			switch {
			case m == nil:
				return fmt.Sprintf("SPOE group '%s' try to use undefined SPOE message '%s' at %s:%d", g.Name, name, g.pos.File, g.pos.Line)
			case m.group != nil:
				return fmt.Sprintf("SPOE message '%s' already belongs to the SPOE group '%s' declare at %s:%d", name, m.group.Name, m.group.pos.File, m.group.pos.Line)
			}
			m.group = g
			g.Messages = append(g.Messages, &m.Message)
		}
		a.Groups[g.Name] = &g.Group
	}
	return ""
}

// place enters a message under its moment, where that makes sense.
func (f *source) place(c *registry.Compiler, m *message) string {
	p := c.Proxy
	if m.event == core.NoEvent {
		warn(c, "Ignore SPOE message '%s' without event at %s:%d.", m.Name, m.pos.File, m.pos.Line)
		return ""
	}
	if !p.Has(core.Frontend) && m.event <= core.OnFrontendHTTPRequest {
		warn(c, "frontend event used on a backend proxy at %s:%d.", m.pos.File, m.pos.Line)
		return ""
	}
	at := eventPlaces[m.event]
	where, name := at.frontend, at.frontendName
	if !p.Has(core.Frontend) && at.backend != 0 {
		where, name = at.backend, at.backendName
	}
	for i := range m.Args {
		if needs, ok := sample.Available(m.Args[i].Expr, where); !ok {
			if known := lacking[needs]; known != "" {
				needs = known
			}
			return fmt.Sprintf("Ignore SPOE message '%s' at %s:%d: some args extract information from '%s', none of which is available here ('%s')",
				m.Name, m.pos.File, m.pos.Line, needs, name)
		}
	}
	event := m.event
	if p.Has(core.Frontend | core.Backend) {
		switch event { // there is one pair of sides only
		case core.OnBackendTCPRequest:
			event = core.OnFrontendTCPRequest
		case core.OnBackendHTTPRequest:
			event = core.OnFrontendHTTPRequest
		}
	}
	f.agent.Events[event] = append(f.agent.Events[event], &m.Message)
	return ""
}

// eventPlaces are where the arguments of messages are evaluated, by moment, and what
// HAProxy calls that. Filters of backends have places of their own.
var eventPlaces = [core.FilterEvents]struct {
	frontend, backend         registry.Places
	frontendName, backendName string
}{
	core.OnClientSession:       {frontend: registry.FeConnection, frontendName: "frontend tcp-request connection rule"},
	core.OnFrontendTCPRequest:  {frontend: registry.FeTCPContent, frontendName: "frontend tcp-request content rule"},
	core.OnFrontendHTTPRequest: {frontend: registry.FeRequestHeader, frontendName: "frontend http-request header rule"},
	core.OnBackendTCPRequest: {frontend: registry.FeTCPContent, frontendName: "frontend tcp-request content rule",
		backend: registry.BeTCPContent, backendName: "backend tcp-request content rule"},
	core.OnBackendHTTPRequest: {frontend: registry.FeRequestHeader, frontendName: "frontend http-request header rule",
		backend: registry.BeRequestHeader, backendName: "backend http-request header rule"},
	core.OnServerSession: {frontend: registry.ServerSource, frontendName: "server source selection"},
	core.OnTCPResponse: {frontend: registry.FeTCPResponse, frontendName: "frontend tcp-response content rule",
		backend: registry.BeTCPResponse, backendName: "backend tcp-response content rule"},
	core.OnHTTPResponse: {frontend: registry.FeResponseHeader, frontendName: "frontend http-response header rule",
		backend: registry.BeResponseHeader, backendName: "backend http-response header rule"},
}

// lacking is what HAProxy calls, in that message, what a fetch looks at: the name of a
// place, by the number of something else.
var lacking = map[string]string{
	"HTTP request headers": "backend http-request body rule", "HTTP request headers,HTTP response headers": "backend http-request body rule", "HTTP response headers": "frontend http-response header rule",
	"server": "backend http-response header rule", "backend": "backend tcp-response content rule", "request buffer": "backend http-request header rule",
}

// register makes the variables that the agent may set, and those that tell about it.
func (f *source) register(c *registry.Compiler, at *ast.Word) {
	a := f.agent
	find := func(scope, name string) *core.Var {
		full := a.Prefix + "." + name
		v, err := c.Graph.Vars.Find(scope + "." + full)
		if err != nil {
			fail(c, at, "SPOE agent '%s': failed to register variable %s (%s)", a.Name, full, err)
		}
		return v
	}
	for _, name := range f.registered {
		for _, scope := range []string{"proc", "sess", "txn", "req", "res"} {
			if find(scope, name) == nil {
				return
			}
		}
	}
	for _, v := range []struct {
		name string
		to   **core.Var
	}{{f.errorVar, &a.OnError}, {f.processVar, &a.ProcessTime}, {f.totalVar, &a.TotalTime}} {
		if v.name != "" {
			*v.to = find("txn", v.name)
		}
	}
}
