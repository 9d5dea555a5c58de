package proxy

import (
	"time"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// timeouts are the words after "timeout", and the older directives that set the
// same.
var timeouts = []struct {
	name, old, doc string
	side           core.Capability
	field          func(*core.Timeouts) *time.Duration
}{
	{"client", "clitimeout", "How long the client may be silent.", core.Frontend,
		func(t *core.Timeouts) *time.Duration { return &t.Client }},
	{"server", "srvtimeout", "How long the server may be silent.", core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.Server }},
	{"connect", "contimeout", "How long connecting to a server may take.", core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.Connect }},
	{"check", "", "How long a health check may wait once connected.", core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.Check }},
	{"queue", "", "How long a stream may wait for a server's free slot.", core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.Queue }},
	{"http-keep-alive", "", "How long the client may take to start another request.", core.Frontend | core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.HTTPKeepAlive }},
	{"http-request", "", "How long a request's head may take.", core.Frontend | core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.HTTPRequest }},
	{"tunnel", "", "How long both sides of a tunnel may be silent.", core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.Tunnel }},
	{"tarpit", "", "How long a tarpitted client waits for its answer.", core.Frontend | core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.Tarpit }},
	{"client-fin", "", "How long the client may be silent once one side has closed.", core.Frontend,
		func(t *core.Timeouts) *time.Duration { return &t.ClientFin }},
	{"server-fin", "", "How long the server may be silent once one side has closed.", core.Backend,
		func(t *core.Timeouts) *time.Duration { return &t.ServerFin }},
}

func init() {
	for _, t := range timeouts {
		name := "timeout " + t.name
		set := func(c *registry.Compiler, w, extra *ast.Word) {
			d, ok := c.Time(w, name, time.Millisecond)
			if !ok {
				return
			}
			if extra != nil {
				c.Alert(extra, "'%s' : unexpected extra argument '%s' after value '%s'.", name, extra.Text, w.Text)
				return
			}
			if t.side != core.Frontend|core.Backend && !c.Proxy.Has(t.side) {
				what := map[core.Capability]string{core.Frontend: "frontend", core.Backend: "backend"}[t.side]
				c.Warn(w, "'%s' will be ignored because %s '%s' has no %s capability", name, c.Proxy, c.Proxy.Name, what)
				return
			}
			noteShort(c, w, name, d)
			field := t.field(&c.Proxy.Timeout)
			if c.Inherited != nil && *field != *t.field(&c.Inherited.Timeout) {
				c.Warn(w, "overwriting '%s' which was already specified", name)
			}
			*field = d
		}
		registry.Directives.Add(&registry.Directive{
			Keyword: registry.Keyword{
				Name: name, Manual: "4.2", Usage: "<timeout>", Doc: t.doc,
				OK:  []string{name + " 5s", name + " 5000"},
				Bad: []string{name, name + " 5x", name + " 100000000000d"},
			},
			In: registry.Proxies, Dump: "timeout",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 3 || st.Words[2].Text == "" {
					c.Alert(&st.Words[1], "'%s' expects an integer value (in milliseconds)", name)
					return
				}
				var extra *ast.Word
				if len(st.Words) > 3 {
					extra = &st.Words[3]
				}
				set(c, &st.Words[2], extra)
			},
		})
		if t.old == "" {
			continue
		}
		registry.Directives.Add(&registry.Directive{
			Keyword: registry.Keyword{
				Name: t.old, Manual: "4.2", Usage: "<timeout>", Doc: "The old form of \"" + name + "\".",
				OK: []string{t.old + " 5000"}, Bad: []string{t.old},
			},
			In: registry.Proxies, Old: true,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					c.Alert(&st.Words[0], "'%s' expects an integer value (in milliseconds)", t.old)
					return
				}
				c.Upgrade(&st.Words[0], "    "+name+" "+st.Words[1].Text,
					"the '%s' directive is not supported anymore since HAProxy 2.1. Use '%s'.", t.old, name)
				set(c, &st.Words[1], nil)
			},
		})
	}
}

// noteShort points, under -dD, at a short time without a unit: "timeout client
// 30" is 30 milliseconds, which hardly anybody wants.
func noteShort(c *registry.Compiler, w *ast.Word, name string, d time.Duration) {
	last := w.Text[len(w.Text)-1]
	if d > 0 && d < time.Second && last >= '0' && last <= '9' {
		c.Note(w, "'%s %s' is %d milliseconds; write '%sms' if that is meant, or '%ss' for seconds.", name, w.Text, d.Milliseconds(), w.Text, w.Text)
	}
}
