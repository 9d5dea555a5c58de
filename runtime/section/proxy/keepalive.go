package proxy

import (
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	for _, side := range []struct {
		prefix string
		cap    core.Capability
		who    string
		field  func(*core.Settings) *conn.KeepAlive
	}{
		{"cli", core.Frontend, "clients", func(s *core.Settings) *conn.KeepAlive { return &s.ClientKA }},
		{"srv", core.Backend, "servers", func(s *core.Settings) *conn.KeepAlive { return &s.ServerKA }},
	} {
		registry.Directives.Add(
			keepAliveCount(side.prefix+"tcpka-cnt", "After how many unanswered TCP keep-alives connections to "+side.who+" are dropped.", side.cap,
				func(s *core.Settings) *int { return &side.field(s).Count }),
			keepAliveTime(side.prefix+"tcpka-idle", "How long connections to "+side.who+" are idle before TCP keep-alives are sent.", side.cap,
				func(s *core.Settings) *time.Duration { return &side.field(s).Idle }),
			keepAliveTime(side.prefix+"tcpka-intvl", "The time between TCP keep-alives to "+side.who+".", side.cap,
				func(s *core.Settings) *time.Duration { return &side.field(s).Intvl }),
		)
	}
}

func keepAliveCount(name, doc string, side core.Capability, field func(*core.Settings) *int) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<count>", Doc: doc, OK: []string{name + " 3"}, Bad: []string{name, name + " x"},
		},
		In: registry.Proxies, Side: side,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if n, ok := strictInteger(c, st, 1, name, "an integer value"); ok {
				warnUnused(c, &st.Words[0], side, name)
				*field(&c.Proxy.Settings) = n
			}
		},
	}
}

func keepAliveTime(name, doc string, side core.Capability, field func(*core.Settings) *time.Duration) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<timeout>", Doc: doc, OK: []string{name + " 30s"}, Bad: []string{name, name + " x"},
		},
		In: registry.Proxies, Side: side,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			w := word(st, 1)
			if w.Text == "" {
				c.Alert(w, "'%s' expects an integer value", name)
				return
			}
			d, warning, err := value.Time(w.Text, time.Second)
			if err != nil {
				c.Alert(w, "%s", argumentTo(err, "<"+name+">"))
				return
			}
			if warning != "" {
				c.WarnTime(w, warning)
			}
			warnUnused(c, &st.Words[0], side, name)
			*field(&c.Proxy.Settings) = d
		},
	}
}
