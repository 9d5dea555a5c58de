package proxy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sticktable"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "stick-table", Manual: "4.2",
			Usage: "type {ip | ipv6 | integer | string [len <length>] | binary [len <length>]} size <size> [expire <expire>] [nopurge] [srvkey {name | addr}] [store <data_type>]*",
			Doc:   "The proxy's table of what is known about clients, or whatever else its keys are.",
			OK: []string{
				"stick-table type ip size 1m expire 5m store gpc0,conn_rate(30s)", "stick-table type ipv6 size 10", "stick-table type integer size 200k nopurge",
				"stick-table type string len 20 size 1k store gpc(5),gpt(3) store gpc_rate(5,10s)", "stick-table type binary size 100 srvkey addr store server_key",
			},
			Bad: []string{
				"stick-table", "stick-table type", "stick-table type foo size 10", "stick-table size 10", "stick-table type ip", "stick-table type ip size",
				"stick-table type ip size 1x", "stick-table type ip size 0", "stick-table type ip size 10 expire", "stick-table type ip size 10 expire 5x",
				"stick-table type ip size 10 expire 100d", "stick-table type ip size 10 peers", "stick-table type ip size 10 peers no-such-peers",
				"stick-table type ip size 10 store foo", "stick-table type ip size 10 store conn_rate", "stick-table type ip size 10 store conn_rate(x)",
				"stick-table type ip size 10 store conn_rate(10s", "stick-table type ip size 10 store gpc0(3)", "stick-table type ip size 10 store gpc(101)",
				"stick-table type ip size 10 store gpc(2),gpc0", "stick-table type ip size 10 store gpt0,gpt(2)", "stick-table type ip size 10 store gpc_rate(2)",
				"stick-table type ip size 10 store gpc_rate(2,5s),gpc1_rate(5s)", "stick-table type ip size 10 foo", "stick-table type string len 0 size 10",
				"stick-table type ip size 10 srvkey foo",
			},
		},
		In: registry.Proxies, Dump: "-", Compile: compileStickTable,
	})
}

// tableLine reads the words of a table's line.
type tableLine struct {
	c     *registry.Compiler
	words []ast.Word
	at    int
	conf  sticktable.Config
	keyed bool
	// what is the line's keyword.
	what string
	// shared names the section of the peers that share the table, nil for none.
	shared *ast.Word
}

func compileStickTable(c *registry.Compiler, st *ast.Statement) {
	if c.Section == registry.Defaults {
		c.Alert(&st.Words[0], "'stick-table' is not supported in 'defaults' section.")
		return
	}
	p := c.Proxy
	if other := c.Graph.Tables[p.Name]; other != nil {
		c.Alert(&st.Words[0], "stick-table name '%s' conflicts with table declared in %s at %s:%d.",
			p.Name, other.Owner, other.Pos.File, other.Pos.Line)
		return
	}
	l := tableLine{c: c, words: st.Words, at: 1, what: "stick-table", conf: sticktable.Config{Name: p.Name}}
	if !l.read() {
		return
	}
	t := l.declare(fmt.Sprintf("%s '%s'", p, p.Name))
	if l.shared != nil {
		at, name := l.shared.Pos, l.shared.Text
		c.Later(registry.Resolve, func() { share(c, t, p.Name, name, at) })
	}
}

// declare makes the table of the line.
func (l *tableLine) declare(owner string) *sticktable.Table {
	t := sticktable.New(l.conf)
	l.c.Graph.AddTable(&core.Table{Table: t, Owner: owner, Pos: l.c.Statement.Pos()})
	l.c.Later(registry.Build, t.Open)
	return t
}

// share has peers share a proxy's table.
func share(c *registry.Compiler, t *sticktable.Table, proxy, peers string, at diag.Pos) {
	wrong := func(format string, args ...any) {
		c.Diags.Config(diag.Alert, "Proxy '%s': "+format, append([]any{proxy}, args...)...).Pos = at
	}
	switch s := c.Graph.FindPeers(peers); {
	case s == nil:
		wrong("unable to find sync peers '%s'.", peers)
	case s.Disabled:
	case !s.Used:
		wrong("unable to find local peer '%s' in peers section '%s'.", s.Local, peers)
	case s.Own != nil:
		s.Share(t, proxy)
	}
}

// fail reports an error about the word at which the line was read.
func (l *tableLine) fail(format string, args ...any) bool {
	w := &l.words[min(l.at, len(l.words)-1)]
	l.c.Alert(w, "%s: %s.", l.what, fmt.Sprintf(format, args...))
	return false
}

// text is the word at hand, "" behind the last one.
func (l *tableLine) text() string {
	if l.at < len(l.words) {
		return l.words[l.at].Text
	}
	return ""
}

// argument goes on to the argument of the word at hand.
func (l *tableLine) argument() bool {
	name := l.text()
	l.at++
	if l.text() == "" {
		return l.fail("missing argument after '%s'", name)
	}
	return true
}

func (l *tableLine) read() bool {
	for l.text() != "" {
		ok := true
		switch l.text() {
		case "size":
			ok = l.argument() && l.size()
		case "peers":
			ok = l.peers()
		case "expire":
			ok = l.argument() && l.expire()
		case "nopurge":
			l.conf.NoPurge = true
		case "type":
			l.at++
			ok = l.keyType()
		case "store":
			l.at++
			ok = l.store()
		case "srvkey":
			l.at++
			ok = l.serverKey()
		default:
			ok = l.fail("unknown argument '%s'", l.text())
		}
		if !ok {
			return false
		}
		l.at++
	}
	switch {
	case l.conf.Size == 0:
		return l.fail("missing size")
	case !l.keyed:
		return l.fail("missing type")
	}
	if l.conf.Len == 0 {
		l.conf.Len = sticktable.DefaultLen
		if l.conf.Key == sticktable.String {
			l.conf.Len-- // HAProxy's zero byte at the end
		}
	}
	return true
}

func (l *tableLine) size() bool {
	n, err := value.Size(l.text())
	if err != nil {
		return l.fail("%s in argument of 'size'", err)
	}
	l.conf.Size = int(n)
	return true
}

// peers are known once all sections are read. A table of theirs names none.
func (l *tableLine) peers() bool {
	if l.c.Section == registry.Peers {
		return l.fail("unknown argument '%s'", l.text())
	}
	if !l.argument() {
		return false
	}
	l.shared = &l.words[l.at]
	return true
}

func (l *tableLine) expire() bool {
	d, warning, err := value.Time(l.text(), time.Millisecond)
	var e *value.TimeError
	switch {
	case errors.As(err, &e) && e.Fault == value.TimeOverflow:
		l.c.AlertTight(&l.words[l.at], "%s: timer overflow in argument <%s> to <expire>, maximum value is 2147483647 ms (~24.8 days).", l.what, l.text())
		return false
	case err != nil:
		return l.fail("%s in argument of 'expire'", err)
	}
	if warning != "" {
		l.c.WarnTime(&l.words[l.at], warning)
	}
	l.conf.Expire = d.Milliseconds()
	return true
}

func (l *tableLine) keyType() bool {
	for k := sticktable.IP; k <= sticktable.Binary; k++ {
		if l.text() != k.String() {
			continue
		}
		l.conf.Key, l.keyed = k, true
		if k >= sticktable.String && l.at+1 < len(l.words) && l.words[l.at+1].Text == "len" {
			l.at += 2
			return l.length()
		}
		return true
	}
	return l.fail("unknown type '%s'", l.text())
}

// maxKeyLen bounds the keys of a table: every entry has room for the longest.
const maxKeyLen = 1 << 16

func (l *tableLine) length() bool {
	n := value.Atol(l.text())
	if n <= 0 || n > maxKeyLen {
		return l.fail("unknown type '%s'", l.text())
	}
	l.conf.Len = int(n)
	return true
}

func (l *tableLine) serverKey() bool {
	switch l.text() {
	case "name":
		l.conf.ByAddr = false
	case "addr":
		l.conf.ByAddr = true
	default:
		w := &l.words[min(l.at, len(l.words)-1)]
		l.c.Alert(w, "%s : unknown server key type '%s'.", l.what, l.text())
		return false
	}
	return true
}

// store reads a list of data types with commas between them.
func (l *tableLine) store() bool {
	for rest := l.text(); rest != ""; {
		end := strings.IndexAny(rest, "(,")
		name, argument, opened := rest, "", false
		switch {
		case end < 0:
			rest = ""
		case rest[end] == ',':
			name, rest = rest[:end], rest[end+1:]
		default:
			var closed bool
			name, opened = rest[:end], true
			if argument, rest, closed = strings.Cut(rest[end+1:], ")"); !closed {
				return l.fail("missing closing parenthesis after store option '%s'", name)
			}
			_, rest, _ = strings.Cut(rest, ",")
		}
		if !l.storeType(name, argument, opened) {
			return false
		}
	}
	return l.compatible()
}
