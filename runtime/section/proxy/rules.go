package proxy

import (
	"errors"
	"fmt"
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Directives.Add(
		httpRules(core.HTTPRequest, "What to do with requests.",
			[]string{"http-request deny if { src 192.0.2.1 }", "http-request set-header X-A b"}),
		httpRules(core.HTTPResponse, "What to do with the servers' responses.", []string{"http-response set-header X-A b"}),
		httpRules(core.HTTPAfterResponse, "What to do with all responses, the proxy's own too.", []string{"http-after-response set-header X-A b"}),
		tcpRules(core.TCPRequestConnection, "What to do with new connections.", "tcp-request connection reject if { src 192.0.2.1 }"),
		tcpRules(core.TCPRequestSession, "What to do with connections once the client's address is known.", "tcp-request session accept"),
		tcpRules(core.TCPRequestContent, "What to do with the first bytes of clients.", "tcp-request content accept if { src 192.0.2.1 }"),
		tcpRules(core.TCPResponseContent, "What to do with the first bytes of servers.", "tcp-response content accept"),
		inspectDelay("tcp-request", "How long content rules may wait for the client's bytes.",
			func(s *core.Settings) *time.Duration { return &s.InspectRequest }),
		inspectDelay("tcp-response", "How long content rules may wait for the server's bytes.",
			func(s *core.Settings) *time.Duration { return &s.InspectResponse }),
		tcpFamily("tcp-request", "Rules for connections and their content.", "'inspect-delay', 'connection', or 'content'"),
		tcpFamily("tcp-response", "Rules for the content of responses.", "'inspect-delay' or 'content'"),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "redirect", Manual: "4.2", Usage: "{ location | prefix | scheme } <target> [<option>...] [{if | unless} <condition>]",
				Doc: "Answers requests with a redirect.",
				OK:  []string{"redirect location /new if { path /old }", "redirect scheme https code 301"},
				Bad: []string{"redirect", "redirect location", "redirect foo /x", "redirect location /x code 999"},
			},
			In: registry.Proxies &^ registry.Defaults, Dump: "-", Compile: compileRedirect,
		},
	)
}

// httpRules makes the directive of a ruleset of HTTP messages.
func httpRules(set core.Ruleset, doc string, ok []string) *registry.Directive {
	name := set.String()
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<action> [<options>...] [{if | unless} <condition>]", Doc: doc,
			OK: ok, Bad: []string{name, name + " no-such-action", name + " allow if no-such-acl", name + " allow nonsense"},
		},
		In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if !namedDefaults(c, st, name, "") {
				return
			}
			warnAfterFinal(c, st, set)
			r, ok := sample.Rule(c, st, 1, set)
			if !ok {
				return
			}
			if set == core.HTTPRequest {
				warnOrder(c, st, orderHTTPRequest)
			}
			c.Proxy.Rules[set] = append(c.Proxy.Rules[set], r)
		},
	}
}

// tcpRules makes the directive of a ruleset of connections.
func tcpRules(set core.Ruleset, doc, ok string) *registry.Directive {
	name := set.String()
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<action> [{if | unless} <condition>]", Doc: doc,
			OK: []string{ok}, Bad: []string{name, name + " no-such-action", name + " accept if no-such-acl"},
		},
		In: registry.Proxies, Dump: firstWord(name),
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			switch set {
			case core.TCPRequestConnection, core.TCPRequestSession:
				if !c.Proxy.Has(core.Frontend) {
					c.Alert(&st.Words[1], "%s is not allowed because %s %s is not a frontend", name, c.Proxy, c.Proxy.Name)
					return
				}
			case core.TCPResponseContent:
				if !responseSide(c, st, name) {
					return
				}
			}
			if !namedDefaults(c, st, name, name) {
				return
			}
			r, ok := sample.Rule(c, st, 2, set)
			if !ok {
				return
			}
			if at, ok := tcpOrder[set]; ok {
				warnOrder(c, st, at)
			}
			c.Proxy.Rules[set] = append(c.Proxy.Rules[set], r)
		},
	}
}

// firstWord is the first word of a name.
func firstWord(name string) string {
	for i := range name {
		if name[i] == ' ' {
			return name[:i]
		}
	}
	return name
}

// namedDefaults refuses rules in a defaults section without a name, which
// HAProxy cannot tell from others.
func namedDefaults(c *registry.Compiler, st *ast.Statement, name, plain string) bool {
	if c.Section != registry.Defaults || c.Proxy.Name != "" {
		return true
	}
	if plain == "" {
		c.Alert(&st.Words[0], "'%s' not allowed in anonymous 'defaults' section.", name)
	} else {
		c.Alert(&st.Words[0], "%s is not allowed in anonymous 'defaults' sections", plain)
	}
	return false
}

func responseSide(c *registry.Compiler, st *ast.Statement, name string) bool {
	if c.Proxy.Has(core.Backend) && (c.Section != registry.Defaults || c.Proxy.Name != "") {
		return true
	}
	c.Alert(&st.Words[1], "%s is only allowed in 'backend' sections or 'defaults' section with a name", name)
	return false
}

// inspectDelay makes the directive that bounds the wait of content rules.
func inspectDelay(family, doc string, field func(*core.Settings) *time.Duration) *registry.Directive {
	name := family + " inspect-delay"
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<timeout>", Doc: doc,
			OK: []string{name + " 5s"}, Bad: []string{name, name + " 5x"},
		},
		In: registry.Proxies, Dump: family,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if family == "tcp-response" && !responseSide(c, st, name) {
				return
			}
			if !namedDefaults(c, st, name, name) {
				return
			}
			w := word(st, 2)
			d, warning, err := value.Time(w.Text, time.Millisecond)
			if w.Text == "" || err != nil {
				c.Alert(w, "'%s' expects a positive delay in milliseconds, in %s%s", name, section(c), delayReason(err))
				return
			}
			if warning != "" {
				c.WarnTime(w, warning)
			}
			*field(&c.Proxy.Settings) = d
		},
	}
}

func delayReason(err error) string {
	var e *value.TimeError
	switch {
	case !errors.As(err, &e):
		return ""
	case e.Fault == value.TimeUnexpected:
		return fmt.Sprintf(" (unexpected character '%s')", e.Char)
	}
	return fmt.Sprintf(" (timer overflow in '%s', maximum value is 2147483647 ms or ~24.8 days)", e.Text)
}

// section names the current section in the messages of TCP rules.
func section(c *registry.Compiler) string {
	return fmt.Sprintf("%s '%s'", c.Proxy, c.Proxy.Name)
}

// family names the current section where a line names no ruleset.
func family(c *registry.Compiler, name string) string {
	if c.Section == registry.Defaults && name == "tcp-request" {
		return "defaults section"
	}
	return section(c)
}

// tcpFamily answers a second word that is none of the family's.
func tcpFamily(name, doc, words string) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<ruleset> <action>", Doc: doc, Bad: []string{name, name + " nonsense"},
		},
		In: registry.Proxies,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			w := word(st, 1)
			if w.Text == "" {
				c.Alert(w, "missing argument for '%s' in %s", name, family(c, name))
				return
			}
			c.Alert(w, "'%s' expects %s in %s (got '%s')", name, words, family(c, name), w.Text)
		},
	}
}

// compileRedirect puts the rule behind all http-request rules, where HAProxy
// looks at redirects.
func compileRedirect(c *registry.Compiler, st *ast.Statement) {
	r, ok := sample.Rule(c, st, 0, core.HTTPRequest)
	if !ok {
		return
	}
	warnOrder(c, st, orderRedirect)
	p := c.Proxy
	p.Redirects = append(p.Redirects, r)
}
