package global

import (
	"errors"
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/bind"
)

func init() {
	socket :=
		directive("stats socket", "3.1", "Listens for commands of the runtime API.",
			[]string{"stats socket /run/haproxy/admin.sock mode 660 level admin", "stats socket ipv4@127.0.0.1:9999 level user"},
			[]string{"stats socket", "stats socket /x nokeyword"}, compileStatsSocket)
	socket.Dump = "stats" // HAProxy's lists have the first word only
	registry.Directives.Add(
		socket,
		directive("stats timeout", "3.1", "How long a client of the stats socket may be silent.",
			[]string{"stats timeout 30s"}, []string{"stats timeout", "stats timeout x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 3 {
					c.Alert(&st.Words[1], "'stats timeout' : unexpected character '")
					return
				}
				w := &st.Words[2]
				d, _, err := value.Time(w.Text, time.Millisecond)
				var te *value.TimeError
				switch {
				case errors.As(err, &te) && te.Fault == value.TimeUnexpected:
					c.AlertAt(w.At(te.Off, 1), "'stats timeout' : unexpected character '%s'", te.Char)
				case err != nil:
					c.Alert(w, "%s", value.TimeMessage(err, "stats timeout"))
				default: // HAProxy ignores what follows
					statsProxy(c)
					c.Global().StatsTimeout = d
				}
			}),
		directive("stats maxconn", "3.1", "How many clients the stats sockets take at once.",
			[]string{"stats maxconn 10"}, []string{"stats maxconn", "stats maxconn 0"},
			func(c *registry.Compiler, st *ast.Statement) {
				w, ok := c.Word(st, 2, 0, "a positive value")
				if !ok {
					return
				}
				n := value.Atoi(w.Text)
				if n <= 0 {
					c.Alert(w, "'stats maxconn' expects a positive value")
					return
				}
				statsProxy(c)
				c.Global().StatsMaxConn = n
			}),
		directive("stats bind-process", "3.1", "Once chose the process that listens; there is only one.",
			[]string{"stats bind-process 1"}, nil,
			func(c *registry.Compiler, st *ast.Statement) {
				c.Upgrade(&st.Words[0], "", "'stats bind-process' has no effect any more: there is one process.")
			}),
	)
}

// statsProxy is the pseudo proxy of the stats sockets, made with the first line
// about them.
func statsProxy(c *registry.Compiler) *core.Proxy {
	g := c.Global()
	if g.StatsProxy == nil {
		g.StatsProxy = &core.Proxy{Name: "GLOBAL", Kind: "global", Caps: core.Frontend, Settings: core.Settings{Mode: core.CLI}}
		g.StatsProxyIndex = len(c.Graph.Proxies)
	}
	return g.StatsProxy
}

func compileStatsSocket(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 3 || st.Words[2].Text == "" {
		c.Alert(&st.Words[1], "'stats socket' in global section expects an address or a path to a UNIX socket")
		return
	}
	w := &st.Words[2]
	c.Proxy = statsProxy(c)
	defer func() { c.Proxy = nil }()
	ls := bind.Line(c, st, w, st.Words[3:])
	c.Global().StatsSockets = append(c.Global().StatsSockets, ls...)
}
