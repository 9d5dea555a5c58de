package server

import (
	"strconv"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.ServerOptions.Add(
		option("weight", "The server's share of the load, from 0 to 256.", 1, []string{"weight 10", "weight 0"}, []string{"weight 300", "weight -1"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				n := value.Atoi(w[1].Text)
				if n < 0 || n > 256 {
					fail(c, &w[1], "weight of server %s is not within 0 and 256 (%d).", nameOf(c), n)
					return
				}
				if w[1].Text == "" {
					c.Note(&w[0], "'weight' without a number is 0.")
				}
				s.Weight = n
			}),
		flag("backup", "Uses the server only when all others are down.", func(s *core.ServerSettings) { s.Backup = true }),
		flag("no-backup", "Undoes \"backup\".", func(s *core.ServerSettings) { s.Backup = false }),
		flag("disabled", "Starts the server in maintenance.", func(s *core.ServerSettings) { s.Disabled, s.Enabled = true, false }),
		flag("enabled", "Undoes \"disabled\", and the maintenance in which the runtime API adds servers.", func(s *core.ServerSettings) { s.Disabled, s.Enabled = false, true }),
		flag("non-stick", "Never enters the server into a stick table.", func(s *core.ServerSettings) { s.NonStick = true }),
		flag("stick", "Undoes \"non-stick\".", func(s *core.ServerSettings) { s.NonStick = false }),
		number("maxconn", "How many streams the server gets at once; others wait.", func(s *core.ServerSettings) *int { return &s.MaxConn }),
		number("minconn", "The maxconn of a quiet backend.", func(s *core.ServerSettings) *int { return &s.MinConn }),
		number("maxqueue", "How many streams may wait for the server.", func(s *core.ServerSettings) *int { return &s.MaxQueue }),
		option("cookie", "The server's name in the persistence cookie.", 1, []string{"cookie s1"}, []string{"cookie"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'cookie' expects <value> as argument.")
					return
				}
				s.Cookie, s.CookieSet = w[1].Text, true
			}),
		option("redir", "Redirects GET requests to this prefix instead of serving them.", 1,
			[]string{"redir http://image.example.com"}, []string{"redir"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'redir' expects <prefix> as argument.")
					return
				}
				s.Redirect = w[1].Text
			}),
		identifier(),
		flag("tfo", "Sends data with the SYN (TCP Fast Open).", func(s *core.ServerSettings) { s.TFO = true }),
		flag("no-tfo", "Undoes \"tfo\".", func(s *core.ServerSettings) { s.TFO = false }),
		option("tcp-ut", "How long sent data may stay unacknowledged.", 1, []string{"tcp-ut 30s"}, []string{"tcp-ut", "tcp-ut 5x"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'tcp-ut' : missing TCP User Timeout value")
					return
				}
				d, _, err := value.Time(w[1].Text, time.Millisecond)
				if err != nil {
					fail(c, &w[1], "'tcp-ut' : expects a positive delay in milliseconds")
					return
				}
				s.UserTimeout = int(d / time.Millisecond)
			}),
		option("namespace", "The network namespace to connect in (Linux); * is the one that the client's PROXY header names.", 1,
			[]string{"namespace *"}, []string{"namespace", "namespace no-such-namespace"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				switch name := w[1].Text; name {
				case "":
					fail(c, &w[1], "'namespace' : expects <name> as argument")
					return
				case "*":
				default:
					if _, err := conn.OpenNamespace(name); err != nil {
						fail(c, &w[1], "Cannot open namespace '%s'", name)
						return
					}
				}
				s.Namespace = w[1].Text
			}),
		protocol("proto", func(s *core.ServerSettings) *string { return &s.Proto }),
		protocol("check-proto", func(s *core.ServerSettings) *string { return &s.CheckProto }),
		oneOf("log-proto", "How log lines are framed; of use in rings only.", []string{"legacy", "octet-count"},
			"'log-proto' expects one of 'legacy' or 'octet-count' but got '%s'", func(s *core.ServerSettings) *string { return &s.LogProto }),
		option("ws", "The protocol of WebSockets.", 1, []string{"ws auto", "ws h1", "ws h2"}, []string{"ws", "ws nonsense"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				switch w[1].Text {
				case "auto":
					s.WS = ""
				case "h1", "h2":
					s.WS = w[1].Text
				default:
					fail(c, &w[1], "'ws' has to be 'auto', 'h1' or 'h2'")
				}
			}),
	)
}

// identifier is the "id" option; the line's reader takes its value.
func identifier() *registry.ServerOption {
	o := option("id", "The server's number in statistics.", 1, []string{"id 100"}, []string{"id", "id 0", "id x"},
		func(c *registry.Compiler, _ *core.ServerSettings, w []ast.Word) {
			switch {
			case w[1].Text == "":
				fail(c, &w[1], "'id' : expects an integer argument")
			case value.Atol(w[1].Text) <= 0:
				fail(c, &w[1], "'id' : custom id has to be > 0")
			}
		})
	o.NoDefault, o.InAdd = true, true
	return o
}

// protocol makes an option that names the protocol spoken to the server.
func protocol(name string, field func(*core.ServerSettings) *string) *registry.ServerOption {
	return option(name, "The protocol spoken without negotiation.", 1, []string{name + " h1"}, []string{name, name + " nonsense"},
		func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
			switch p := w[1].Text; p {
			case "h1", "h2":
				*field(s) = p
			case "":
				fail(c, &w[1], "'%s' : missing value", name)
			case "fcgi":
				if name == "check-proto" {
					unsupported(c, &w[1], name+" "+p)
					return
				}
				*field(s) = p
			case "none":
				report(c, diag.Alert, &w[1], noMux(c))
			default:
				fail(c, &w[1], "'%s' :  unknown MUX protocol '%s'", name, p)
			}
		})
}

func noMux(c *registry.Compiler) string {
	at := c.Statement.Pos()
	return "backend '" + c.Proxy.Name + "' : MUX protocol 'none' is not usable for server '" + nameOf(c) + "' at [" + at.File + ":" + strconv.Itoa(at.Line) + "]."
}
