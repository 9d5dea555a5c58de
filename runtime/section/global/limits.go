package global

import (
	"errors"
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		number("maxconn", "3.2", "How many client connections the process takes at once; more wait in the kernel.", 0,
			func(g *core.Global) *int { return &g.MaxConn }),
		number("ulimit-n", "3.1", "How many descriptors the process may have.", 1,
			func(g *core.Global) *int { return &g.UlimitN }),
		number("fd-hard-limit", "3.1", "The most descriptors that the process asks for.", 1,
			func(g *core.Global) *int { return &g.FDHardLimit }),
		number("maxconnrate", "3.2", "How many connections a second the process takes.", 0,
			func(g *core.Global) *int { return &g.MaxConnRate }),
		number("maxsessrate", "3.2", "How many sessions a second the process takes.", 0,
			func(g *core.Global) *int { return &g.MaxSessRate }),
		number("maxsslconn", "3.2", "How many TLS connections the process takes at once.", 0,
			func(g *core.Global) *int { return &g.MaxSSLConn }),
		number("maxsslrate", "3.2", "How many TLS sessions a second the process takes.", 0,
			func(g *core.Global) *int { return &g.MaxSSLRate }),
		number("maxpipes", "3.2", "How many pipes splicing may use.", 0,
			func(g *core.Global) *int { return &g.MaxPipes }),
		number("maxcomprate", "3.2", "How many kilobytes a second are compressed; responses beyond that go out as they are.", 0,
			func(g *core.Global) *int { return &g.MaxCompRate }),
		nbthread(),
		duration("hard-stop-after", "3.1", "How long a stopping process waits for its last sessions.",
			func(g *core.Global) *time.Duration { return &g.HardStopAfter }),
		duration("close-spread-time", "3.1", "Over how long a stopping process spreads the closing of idle connections.",
			func(g *core.Global) *time.Duration { return &g.CloseSpread }),
		duration("grace", "3.1", "How long listeners stay open after a soft stop was asked for.",
			func(g *core.Global) *time.Duration { return &g.Grace }),
		maxSpreadChecks(),
		spreadChecks(),
		flag("nosplice", "3.2", "Forwards all bytes through memory instead of through pipes.",
			func(g *core.Global) *bool { return &g.NoSplice }),
		flag("noepoll", "3.2", "Waits by means of Go's scheduler instead of a loop over epoll on each thread.",
			func(g *core.Global) *bool { return &g.NoEpoll }),
		flag("pp2-never-send-local", "3.1", "Has the PROXY headers of checks tell the addresses of the check, as HAProxy did before 2.2.",
			func(g *core.Global) *bool { return &g.NeverSendLocal }),
		flag("h1-accept-payload-with-any-method", "3.1", "Takes GET, HEAD and DELETE requests of HTTP/1.0 that have a payload.",
			func(g *core.Global) *bool { return &g.AcceptPayload }),
		flag("noreuseport", "3.2", "Binds listeners without SO_REUSEPORT.",
			func(g *core.Global) *bool { return &g.NoReusePort }),
		size("tune.bufsize", "The size of a stream's buffers, in bytes: the limit of a message's head.",
			func(g *core.Global) *int { return &g.Tune.BufSize }),
		size("tune.maxrewrite", "How much of a buffer is kept for headers that rules add, in bytes.",
			func(g *core.Global) *int { return &g.Tune.MaxRewrite }),
		maxHeaders(),
		size("tune.http.logurilen", "The longest request line in logs, in bytes.",
			func(g *core.Global) *int { return &g.Tune.LogURILen }),
		size("tune.http.cookielen", "The longest captured cookie, in bytes.",
			func(g *core.Global) *int { return &g.Tune.CookieLen }),
		size("tune.rcvbuf.client", "The kernel's receive buffer of client connections, in bytes.",
			func(g *core.Global) *int { return &g.Tune.RcvBufClient }),
		size("tune.rcvbuf.server", "The kernel's receive buffer of server connections, in bytes.",
			func(g *core.Global) *int { return &g.Tune.RcvBufServer }),
		size("tune.sndbuf.client", "The kernel's send buffer of client connections, in bytes.",
			func(g *core.Global) *int { return &g.Tune.SndBufClient }),
		size("tune.sndbuf.server", "The kernel's send buffer of server connections, in bytes.",
			func(g *core.Global) *int { return &g.Tune.SndBufServer }),
	)
}

// duration makes a keyword with one time in milliseconds.
func duration(name, manual, doc string, field func(*core.Global) *time.Duration) *registry.Directive {
	return directive(name, manual, doc, []string{name + " 5s"}, []string{name, name + " 5x"},
		func(c *registry.Compiler, st *ast.Statement) {
			w, ok := c.Word(st, 1, 0, "<time> as argument.")
			if !ok {
				return
			}
			d, _, err := value.Time(w.Text, time.Millisecond)
			var te *value.TimeError
			switch {
			case errors.As(err, &te) && te.Fault == value.TimeUnexpected:
				c.AlertAt(w.At(te.Off, 1), "unexpected character '%s' in argument to <%s>.", te.Char, name)
			case err != nil:
				c.Alert(w, "%s", value.TimeMessage(err, name))
			default:
				*field(c.Global()) = d
			}
		})
}

// size makes a tune keyword with a positive number.
func size(name, doc string, field func(*core.Global) *int) *registry.Directive {
	return directive(name, "3.2", doc, []string{name + " 16384"}, []string{name, name + " 0"},
		func(c *registry.Compiler, st *ast.Statement) {
			n, ok := c.Integer(st)
			if !ok {
				return
			}
			if n <= 0 {
				c.Alert(&st.Words[1], "'%s' expects a positive integer argument.", name)
				return
			}
			*field(c.Global()) = n
		})
}

func nbthread() *registry.Directive {
	return directive("nbthread", "3.1", "How many loops serve traffic; by default one for each usable core.",
		[]string{"nbthread 4"}, []string{"nbthread", "nbthread x", "nbthread 0"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			arg := ""
			if len(st.Words) > 1 {
				arg = st.Words[1].Text
			}
			n, err := value.Int(arg)
			w := &st.Words[len(st.Words)-1]
			switch {
			case err != nil:
				c.Alert(w, "'nbthread' passed a missing or unparsable integer value in '%s'", arg)
			case n < 1 || n > 64:
				c.Alert(w, "'nbthread' value must be between 1 and 64 (was %d)", n)
			default:
				c.Global().NbThread = int(n)
			}
		})
}

func spreadChecks() *registry.Directive {
	return directive("spread-checks", "3.2", "By how many percent the interval of checks may vary.",
		[]string{"spread-checks 5"}, []string{"spread-checks", "spread-checks 60"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			if len(st.Words) < 2 {
				c.AlertTight(&st.Words[0], "'spread-checks' expects an integer argument (0..50).")
				return
			}
			n := value.Atol(st.Words[1].Text)
			if n < 0 || n > 50 {
				c.AlertTight(&st.Words[1], "'spread-checks' needs a positive value in range 0..50.")
				return
			}
			c.Global().SpreadChecks = int(n)
		})
}

// maxSpreadChecks words its errors in a way of its own.
func maxSpreadChecks() *registry.Directive {
	return directive("max-spread-checks", "3.2", "Over how long the first checks of all servers are spread at most.",
		[]string{"max-spread-checks 10s"}, []string{"max-spread-checks", "max-spread-checks x"},
		func(c *registry.Compiler, st *ast.Statement) {
			if len(st.Words) < 2 {
				c.AlertTight(&st.Words[0], "'max-spread-checks' expects an integer argument (0..50).")
				return
			}
			w := &st.Words[1]
			d, _, err := value.Time(w.Text, time.Millisecond)
			var te *value.TimeError
			switch {
			case errors.As(err, &te) && te.Fault == value.TimeUnexpected:
				c.AlertTight(w, "unsupported character '%s' in 'max-spread-checks' (wants an integer delay).", te.Char)
			case err != nil:
				c.Alert(w, "%s", value.TimeMessage(err, "max-spread-checks"))
			default:
				c.Global().MaxSpreadChecks = d
			}
		})
}

func maxHeaders() *registry.Directive {
	return directive("tune.http.maxhdr", "3.2", "How many lines a message's head may have.",
		[]string{"tune.http.maxhdr 128"}, []string{"tune.http.maxhdr 0", "tune.http.maxhdr 40000"},
		func(c *registry.Compiler, st *ast.Statement) {
			n, ok := c.Integer(st)
			if !ok {
				return
			}
			if n < 1 || n > 32767 {
				c.Alert(&st.Words[1], "'tune.http.maxhdr' expects a numeric value between 1 and 32767")
				return
			}
			c.Global().Tune.MaxHeaders = n
		})
}
