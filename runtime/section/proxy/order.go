package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// order is the place of a kind of rule among those that a request meets.
type order uint8

const (
	orderConnection order = iota
	orderSession
	orderContent
	orderMonitor
	orderHTTPRequest
	orderRedirect
	orderUseBackend
	orderUseServer
	orders
)

var tcpOrder = map[core.Ruleset]order{
	core.TCPRequestConnection: orderConnection,
	core.TCPRequestSession:    orderSession,
	core.TCPRequestContent:    orderContent,
}

// rule is how messages name a rule of each kind; connection and session rules
// are named by their directive when they are the later ones.
var orderRule = [orders]string{"a 'tcp-request'", "a 'tcp-request'", "a 'tcp-request'", "a 'monitor fail'", "a 'http-request'",
	"a 'redirect'", "a 'use_backend'", "a 'use-server'"}

var orderAfter = [orders]string{"a 'tcp-request connection'", "a 'tcp-request session'", "a 'tcp-request content'", "a 'monitor fail'",
	"an 'http-request'", "a 'redirect'", "a 'use_backend'", "a 'use-server'"}

// warnOrder warns when a rule stands behind rules that are met after it: the
// order of lines then tells a reader something wrong.
func warnOrder(c *registry.Compiler, st *ast.Statement, at order) {
	p := c.Proxy
	has := [orders]bool{
		orderSession:     len(p.Rules[core.TCPRequestSession]) > 0,
		orderContent:     len(p.Rules[core.TCPRequestContent]) > 0,
		orderMonitor:     len(p.MonitorFail) > 0,
		orderHTTPRequest: len(p.Rules[core.HTTPRequest]) > 0,
		orderRedirect:    len(p.Redirects) > 0,
		orderUseBackend:  len(p.Switch) > 0,
		orderUseServer:   len(p.UseServer) > 0,
	}
	for later := at + 1; later < orders; later++ {
		if has[later] {
			c.Warn(&st.Words[0], "%s rule placed after %s rule will still be processed before.", orderRule[at], orderAfter[later])
			return
		}
	}
}

// warnAfterFinal warns of a rule that no message can reach.
func warnAfterFinal(c *registry.Compiler, st *ast.Statement, set core.Ruleset) {
	rules := c.Proxy.Rules[set]
	if len(rules) == 0 {
		return
	}
	last := &rules[len(rules)-1]
	if last.Cond != nil || !last.Final || last.Name == "reject" || last.Name == "silent-drop" {
		return
	}
	warnLine(c, &st.Words[0], "previous '%s' action is final and has no condition attached, further entries are NOOP.", set)
}
