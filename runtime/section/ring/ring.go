// Package ring holds the keywords of "ring" sections (configuration.txt 3.9).
// Importing it registers them.
package ring

import (
	"errors"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
	"gohap/runtime/ring"
	"gohap/runtime/section/address"
	"gohap/runtime/section/server"
)

// defaultSize is how many bytes a ring holds when its section does not say, and
// the least it can.
const defaultSize = 16384

// Begin starts the section of the given name. It reports false after an error.
func Begin(c *registry.Compiler, name *ast.Word) bool {
	r := c.Graph.Rings.Named(name.Text)
	if r.Defined || name.Text == "stdout" || name.Text == "stderr" {
		c.Alert(name, "sink named '%s' already exists.", name.Text)
		return false
	}
	r.Pos, r.MaxLen = c.Statement.Pos(), defaultSize
	r.Buffer = ring.NewBuffer(defaultSize)
	r.Proxy = &core.Proxy{Name: r.Name, Kind: "backend", Caps: core.Backend, Pos: r.Pos}
	r.Proxy.DefaultServer = core.DefaultServerSettings()
	c.Graph.Rings.Define(r)
	c.Ring = r
	return true
}

// End looks at the section as a whole.
func End(c *registry.Compiler) {
	r := c.Ring
	if r == nil {
		return
	}
	if size := r.Size(); r.MaxLen > size {
		c.Diags.Config(diag.Warning, "ring '%s' event max length '%d' exceeds size, forced to size '%d'.", r.Name, r.MaxLen, size).Pos = r.Pos
		r.MaxLen = size
	}
	p := r.Proxy
	if len(p.Servers) > 0 && (p.Timeout.Connect == 0 || p.Timeout.Server == 0) {
		c.Diags.Config(diag.Warning, "missing timeouts for %s '%s'.\n"+
			"While not properly invalid, you will certainly encounter various problems\n"+
			"with such a configuration. To fix this, please ensure that all following\n"+
			"timeouts are set to a non-zero value: 'client', 'connect', 'server'.", p, p.Name).Pos = r.Pos
	}
	c.Later(registry.Check, func() {
		server.Duplicates(c, p)
		for _, s := range p.Servers {
			if s.SSL.On {
				server.BuildTLS(c, s, server.Where(s))
			}
		}
	})
}

// keyword makes a record of a line of the section.
func keyword(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{Name: name, Manual: "3.9", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Ring, Dump: "-", Compile: compile,
	}
}

// word is a word of the line, empty where it has none.
func word(st *ast.Statement, i int) *ast.Word {
	if i < len(st.Words) {
		return &st.Words[i]
	}
	return &ast.Word{Pos: st.Words[len(st.Words)-1].Pos}
}

func init() {
	registry.Directives.Add(
		keyword("description", "<text>", "What \"show events\" says of the ring, instead of its name.",
			[]string{"description \"for the disk\""}, []string{"description", "description \"\""},
			func(c *registry.Compiler, st *ast.Statement) {
				w := word(st, 1)
				if w.Text == "" {
					c.Alert(w, "missing ring description text.")
					return
				}
				c.Ring.Description = w.Text
			}),
		keyword("format", "<format>", "The format of all lines in the ring, whatever that of the log line.",
			[]string{"format raw", "format rfc5424"}, []string{"format", "format nonsense"},
			func(c *registry.Compiler, st *ast.Statement) {
				w := word(st, 1)
				f, ok := logs.ParseFormat(w.Text)
				if !ok {
					c.Alert(w, "unknown format '%s'.", w.Text)
					return
				}
				c.Ring.Format = f
			}),
		keyword("maxlen", "<length>", "The longest line, its header included, in bytes.",
			[]string{"maxlen 1200"}, []string{"maxlen", "maxlen 0", "maxlen x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if n, ok := size(c, word(st, 1)); ok {
					c.Ring.MaxLen = n
				}
			}),
		keyword("size", "<size>", "How many bytes the ring holds, at least 16384; with a unit as in later HAProxy releases.",
			[]string{"size 32764", "size 1m"}, []string{"size", "size 0", "size 100", "size 1k", "size x"}, compileSize),
		keyword("timeout", "{ connect | server } <time>", "How long a server may take to accept the connection, or what is sent.",
			[]string{"timeout connect 5s", "timeout server 10s"}, []string{"timeout connect", "timeout server 5x"}, compileTimeout),
		keyword("server", "<name> <address>[:<port>] [<option>...]", "A server that gets all lines of the ring over TCP or a unix socket.",
			[]string{"server s 127.0.0.1:6514", "server s 127.0.0.1:6514 log-proto octet-count", "server s 127.0.0.1:6514 ssl verify none"},
			[]string{"server", "server s", "server s 127.0.0.1:6514 nonsense", "server s 127.0.0.1:6514 log-proto nonsense", "server s udp@127.0.0.1:514"},
			compileServer),
	)
}

// size reads a positive number.
func size(c *registry.Compiler, w *ast.Word) (int, bool) {
	n := int(value.Atol(w.Text))
	if n <= 0 {
		c.Alert(w, "invalid size '%s' for new sink buffer.", w.Text)
	}
	return n, n > 0
}

func compileSize(c *registry.Compiler, st *ast.Statement) {
	w, r := word(st, 1), c.Ring
	n, ok := size(c, w)
	if !ok {
		return
	}
	if unit := strings.TrimLeft(w.Text, "0123456789"); unit != "" {
		if big, err := value.Size(w.Text); err == nil {
			n = int(big)
		}
	}
	if n < r.Size() {
		c.Warn(w, "ignoring new size '%d' that is smaller than current size '%d' for ring '%s'.", n, r.Size(), r.Name)
		c.Diags.All[len(c.Diags.All)-1].Severity = diag.Alert // as it has haproxy refuse the file
		return
	}
	r.Buffer = ring.NewBuffer(n)
}

func compileTimeout(c *registry.Compiler, st *ast.Statement) {
	which, w := word(st, 1), word(st, 2)
	t := &c.Ring.Proxy.Timeout
	var field *time.Duration
	switch which.Text {
	case "connect":
		field = &t.Connect
	case "server":
		field = &t.Server
	default:
		c.Warn(which, "'timeout %s' has no effect in a ring.", which.Text)
		return
	}
	if w.Text == "" {
		c.Alert(w, "'timeout %s' expects <time> as argument.", which.Text)
		return
	}
	d, warning, err := value.Time(w.Text, time.Millisecond)
	if err != nil {
		timeError(c, w, err, which.Text)
		return
	}
	if warning != "" {
		c.WarnTime(w, warning)
	}
	*field = d
}

// compileServer reads a server, whose address must be known at the start.
func compileServer(c *registry.Compiler, st *ast.Statement) {
	p := c.Ring.Proxy
	before := len(p.Servers)
	c.Proxy = p
	defer func() { c.Proxy = nil }()
	server.Line(c, st)
	if len(p.Servers) == before {
		return
	}
	s := p.Servers[before]
	if s.Addr.Kind != value.Host {
		return
	}
	w := word(st, 2)
	ip, err := address.Resolve(s.Addr, w.Text)
	if err != nil {
		c.Diags.Config(diag.Alert, "%s%s", server.Where(s), value.InvalidAddress(s.Addr.Host, w.Text)).Pos = w.Pos
		return
	}
	s.Addr.Kind, s.Addr.IP = value.IP, ip
}

// timeError words a wrong time as HAProxy does in this section.
func timeError(c *registry.Compiler, w *ast.Word, err error, which string) {
	var e *value.TimeError
	switch {
	case errors.As(err, &e) && e.Fault == value.TimeOverflow:
		c.AlertTight(w, "timer overflow in argument <%s> to <timeout %s>, maximum value is 2147483647 ms (~24.8 days).", w.Text, which)
	case errors.As(err, &e):
		c.AlertTight(w, "unexpected character '%s' in argument to <timeout %s>.", e.Char, which)
	default:
		c.AlertTight(w, "%s.", err)
	}
}
