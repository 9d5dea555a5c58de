package bind

import (
	"math"
	"os/user"
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
	registry.BindOptions.Add(
		flag("accept-proxy", "Expects a PROXY protocol header, version 1 or 2, from every client.",
			func(l *core.BindSettings) *bool { return &l.AcceptProxy }),
		number("accept-netscaler-cip", "Expects a NetScaler client IP header with this magic number.", 1, math.MaxInt32,
			"invalid value %d, must be >= 0",
			func(l *core.BindSettings) *int { return &l.AcceptNetscaler }),
		number("backlog", "The length of the kernel's queue of connections.", 0, math.MaxInt32,
			"invalid value %d, must be > 0",
			func(l *core.BindSettings) *int { return &l.Backlog }),
		number("maxconn", "How many connections the listener takes at once.", 0, math.MaxInt32,
			"invalid value %d, must be >= 0",
			func(l *core.BindSettings) *int { return &l.MaxConn }),
		flag("defer-accept", "Accepts a connection only once the client has sent something.",
			func(l *core.BindSettings) *bool { return &l.DeferAccept }),
		flag("transparent", "Listens on addresses that are not this machine's.",
			func(l *core.BindSettings) *bool { return &l.Transparent }),
		flag("tfo", "Takes data with the SYN (TCP Fast Open).", func(l *core.BindSettings) *bool { return &l.TFO }),
		flag("v4v6", "Takes IPv4 clients on an IPv6 wildcard too.", func(l *core.BindSettings) *bool { return &l.V4V6 }),
		flag("v6only", "Takes IPv6 clients only.", func(l *core.BindSettings) *bool { return &l.V6Only }),
		text("interface", "Takes connections from this network interface only.", "lo",
			func(l *core.BindSettings) *string { return &l.Interface }),
		option("mss", "The TCP segment size to announce.", 1, []string{"mss 1400", "mss -1400"}, []string{"mss", "mss 0", "mss 65536"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				n := value.Atoi(w[1].Text)
				if n == 0 || n < -65535 || n > 65535 {
					c.Option(&w[1], "'mss' : expects an MSS with and absolute value between 1 and 65535")
					return
				}
				l.MSS = n
			}),
		option("tcp-ut", "How long sent data may stay unacknowledged.", 1, []string{"tcp-ut 30s"}, []string{"tcp-ut", "tcp-ut x"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				d, _, err := value.Time(w[1].Text, time.Millisecond)
				if err != nil {
					c.Option(&w[1], "'tcp-ut' : expects a positive delay in milliseconds")
					return
				}
				l.UserTimeout = int(d / time.Millisecond)
			}),
		option("name", "The listener's name in statistics.", 1, []string{"name main"}, []string{"name"},
			func(*registry.Compiler, *core.BindSettings, []ast.Word) {}),
		option("id", "The listener's number in statistics.", 1, []string{"id 5"}, []string{"id", "id 0"},
			func(c *registry.Compiler, _ *core.BindSettings, w []ast.Word) {
				switch n, err := value.Int(w[1].Text); {
				case err != nil:
					c.Option(&w[1], "'id' : expects an integer argument, found '%s'", w[1].Text)
				case n <= 0:
					c.Option(&w[1], "'id' : custom id has to be > 0")
				}
			}),
		option("namespace", "The network namespace to listen in (Linux).", 1, nil, []string{"namespace", "namespace no-such-namespace"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				if _, err := conn.OpenNamespace(w[1].Text); err != nil {
					d := c.Diags.Config(diag.Alert, "Cannot open namespace '%s'.", w[1].Text)
					d.Pos, d.Source = w[1].Pos, c.Statement.Source
					c.Option(&w[0], "error encountered while processing 'namespace'.")
					return
				}
				l.Namespace = w[1].Text
			}),
	)
	registry.BindOptions.Add(unixOptions()...)
}

// unixOptions are the options of unix sockets and of the stats socket.
func unixOptions() []*registry.BindOption {
	id := func(name, doc string, field func(*core.BindSettings) *int) *registry.BindOption {
		return option(name, doc, 1, []string{name + " 0"}, []string{name},
			func(_ *registry.Compiler, l *core.BindSettings, w []ast.Word) { *field(l) = int(value.Atol(w[1].Text)) })
	}
	return []*registry.BindOption{
		option("mode", "The permissions of a unix socket, in octal.", 1, []string{"mode 660"}, []string{"mode"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				n, err := strconv.ParseUint(w[1].Text, 8, 32)
				if err != nil {
					c.Option(&w[1], "'%s' : missing or invalid mode '%s' (octal integer expected)", "mode", w[1].Text)
					return
				}
				l.Mode = uint32(n)
			}),
		option("user", "The owner of a unix socket.", 1, []string{"user root"}, []string{"user", "user no-such-user-here"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				u, err := user.Lookup(w[1].Text)
				if err != nil {
					c.Option(&w[1], "'%s' : unknown user name '%s'", "user", w[1].Text)
					return
				}
				l.UID, _ = strconv.Atoi(u.Uid)
			}),
		option("group", "The group of a unix socket.", 1, []string{"group root"}, []string{"group", "group no-such-group-here"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				g, err := user.LookupGroup(w[1].Text)
				if err != nil {
					c.Option(&w[1], "'%s' : unknown group name '%s'", "group", w[1].Text)
					return
				}
				l.GID, _ = strconv.Atoi(g.Gid)
			}),
		id("uid", "The owner of a unix socket, by number.", func(l *core.BindSettings) *int { return &l.UID }),
		id("gid", "The group of a unix socket, by number.", func(l *core.BindSettings) *int { return &l.GID }),
		option("level", "What clients of the stats socket may do.", 1, []string{"level admin"}, []string{"level", "level root"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				switch w[1].Text {
				case "user":
					l.Level = core.User
				case "operator":
					l.Level = core.Operator
				case "admin":
					l.Level = core.Admin
				default:
					c.Option(&w[1], "'%s' only supports 'user', 'operator', and 'admin' (got '%s')", "level", w[1].Text)
				}
			}),
		option("expose-fd", "Lets clients of the stats socket take the listening sockets.", 1,
			[]string{"expose-fd listeners"}, []string{"expose-fd", "expose-fd all"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				if w[1].Text != "listeners" {
					c.Option(&w[1], "'%s' only supports 'listeners' (got '%s')", "expose-fd", w[1].Text)
					return
				}
				l.ExposeFD = true
			}),
		option("severity-output", "How severities show in answers on the stats socket.", 1,
			[]string{"severity-output none"}, []string{"severity-output", "severity-output x"},
			func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
				switch w[1].Text {
				case "none", "number", "string":
					l.SeverityOutput = w[1].Text
				default:
					c.Option(&w[1], "'%s' only supports 'none', 'number', and 'string' (got '%s')", "severity-output", w[1].Text)
				}
			}),
	}
}
