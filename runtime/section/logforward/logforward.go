// Package logforward holds the keywords of "log-forward" sections
// (configuration.txt 3.10). Importing it registers them.
package logforward

import (
	"errors"
	"net"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/logforward"
	"gohap/runtime/registry"
	"gohap/runtime/section/bind"
	"gohap/runtime/section/logline"
)

// defaultMaxConn is how many clients a section has at once where nothing is set.
const defaultMaxConn = 10

// Begin starts the section of the given name.
func Begin(c *registry.Compiler, name *ast.Word) {
	pos := c.Statement.Pos()
	p := &core.Proxy{Kind: "log-forward", Caps: core.Frontend, Name: name.Text, Pos: pos, ACLs: map[string]any{}}
	p.MaxConn = defaultMaxConn
	f := &core.LogForward{Section: &logforward.Section{Name: name.Text}, Pos: pos, Proxy: p, Sockets: map[*core.Listener]net.PacketConn{}}
	c.LogForward, c.Proxy = f, p
	clash := func(what, other string, at diag.Pos) {
		c.Diags.Config(diag.Alert, "Parsing [%s:%d]: %s '%s' has the same name as %s declared at %s:%d.",
			pos.File, pos.Line, what, name.Text, other, at.File, at.Line).Pos = name.Pos
	}
	if old := c.Graph.FindLogForward(name.Text); old != nil {
		clash("log-forward section", "another log-forward section", old.Pos)
	} else if old := c.Graph.Frontends[name.Text]; old != nil {
		clash("log forward section", old.String()+" '"+old.Name+"'", old.Pos)
	}
	c.Graph.LogForwards = append(c.Graph.LogForwards, f)
	wrong := false
	c.Later(registry.Resolve, func() { wrong = c.Diags.Failed() })
	c.Later(registry.Check, func() {
		if len(p.Listeners)+len(f.Datagrams) == 0 && !wrong {
			c.Diags.Config(diag.Warning, "frontend '%s' has no 'bind' directive. Please declare it as a backend if this was intended.", f.Name).Pos = pos
		}
	})
}

// keyword makes a record of a line of the section.
func keyword(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "3.10", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.LogForward, Dump: "-", Compile: compile,
	}
}

func word(st *ast.Statement, i int) *ast.Word {
	if i < len(st.Words) {
		return &st.Words[i]
	}
	return &ast.Word{Pos: st.Words[len(st.Words)-1].Pos}
}

func init() {
	logs := keyword("log", "{ global | <target> [len <len>] [format <format>] [sample <ranges>:<size>] <facility> [<level> [<minlevel>]] }",
		"Where messages go; without a format, in the form in which they come.",
		[]string{"log global", "log 127.0.0.1 local0 notice", "log stdout format raw daemon", "no log"}, []string{"log", "log 127.0.0.1 nonsense"}, compileLog)
	logs.No = true
	registry.Directives.Add(logs,
		keyword("bind", "<address>:<port> [<option>...]", "Takes messages over TCP.",
			[]string{"bind 127.0.0.1:10514"}, []string{"bind 127.0.0.1:10514 nonsense"}, compileBind),
		keyword("dgram-bind", "<address>:<port> [<option>...]", "Takes messages over UDP.",
			[]string{"dgram-bind 127.0.0.1:10514", "dgram-bind 127.0.0.1:10514 interface lo"},
			[]string{"dgram-bind 127.0.0.1", "dgram-bind tcp@127.0.0.1:10514", "dgram-bind 127.0.0.1:10514 nonsense"}, compileDatagram),
		number("maxconn", "How many clients there may be over TCP.", func(p *core.Proxy) *int { return &p.MaxConn }),
		number("backlog", "The length of the kernel's queue of connections.", func(p *core.Proxy) *int { return &p.Backlog }),
		keyword("timeout", "client <time>", "How long a client may be silent.",
			[]string{"timeout client 10s"}, []string{"timeout", "timeout client", "timeout client 100d", "timeout server 5s"}, compileTimeout),
	)
}

func number(name, doc string, field func(*core.Proxy) *int) *registry.Directive {
	return keyword(name, "<number>", doc, []string{name + " 10"}, []string{name, name + " 5 6"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			w := word(st, 1)
			if w.Text == "" {
				c.Alert(w, "'%s' expects an integer argument.", name)
				return
			}
			*field(c.Proxy) = max(int(value.Atol(w.Text)), 0)
		})
}

func compileLog(c *registry.Compiler, st *ast.Statement) {
	p := c.Proxy
	switch {
	case c.Negated:
		p.Logs = nil
	case len(st.Words) == 2 && st.Words[1].Text == "global":
		p.Logs = append(p.Logs, core.LogTarget{Global: true, Pos: st.Pos()})
	case len(st.Words) < 3:
		c.Alert(&st.Words[0], "log : expects <address> and <facility> or global as arguments")
	default:
		if t, ok := logline.Compile(c, st); ok {
			p.Logs = append(p.Logs, t)
		}
	}
}

func compileBind(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) > 1 {
		c.Proxy.Listeners = append(c.Proxy.Listeners, bind.Line(c, st, &st.Words[1], st.Words[2:])...)
	}
}

// compileDatagram reads the line of a socket for datagrams. Of its options those
// about the address count.
func compileDatagram(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 2 {
		return
	}
	f, w := c.LogForward, &st.Words[1]
	b, name, id := bind.Settings(), "", 0
	b.Text = w.Text
	from := 0
	for text := range strings.SplitSeq(w.Text, ",") {
		part := *w
		part.Pos, part.Text = w.At(from, max(len(text), 1)), text
		from += len(text) + 1
		a, err := value.ParseAddr(text, value.ForDgramBind, c.Env)
		if err != nil {
			c.Alert(&part, "'dgram-bind %s' : %s", text, err)
			return
		}
		if a.Kind == value.FD {
			c.Alert(&part, "'dgram-bind %s' : a file descriptor is something that gohap does not support here yet.", text)
			return
		}
		for port := a.Port; port <= max(a.PortEnd, a.Port); port++ {
			f.Datagrams = append(f.Datagrams, &core.Listener{Proxy: c.Proxy, Addr: a, Port: port, Pos: st.Pos(), BindSettings: b})
		}
	}
	bind.Options(c, st, w, st.Words[2:], &b, &name, &id)
	for _, l := range f.Datagrams {
		if l.Pos == st.Pos() {
			l.BindSettings, l.Name = b, name
		}
	}
}

func compileTimeout(c *registry.Compiler, st *ast.Statement) {
	what, w := word(st, 1), word(st, 2)
	switch {
	case what.Text != "client":
		c.Alert(what, "unknown keyword 'timeout %s' in log-forward section.", what.Text)
		return
	case w.Text == "":
		c.Alert(w, "missing timeout client value.")
		return
	}
	d, warning, err := value.Time(w.Text, time.Millisecond)
	var e *value.TimeError
	switch {
	case err == nil:
		if warning != "" {
			c.WarnTime(w, warning)
		}
		c.LogForward.Timeout = d
	case errors.As(err, &e) && e.Fault == value.TimeOverflow:
		c.Alert(w, "timeout : timer overflow in argument '%s' to 'timeout client' (maximum value is 2147483647 ms or ~24.8 days)", w.Text)
	default:
		c.Alert(w, "unexpected character '%s' in 'timeout client'.", e.Char)
	}
}
