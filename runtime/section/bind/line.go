// Package bind reads "bind" lines and those of the stats socket, and holds
// their options (configuration.txt 5.1), a file for each family. Importing it
// registers them.
package bind

import (
	"errors"
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
	"gohap/runtime/ssl"
)

func init() {
	registry.Directives.Add(&registry.Directive{
		Keyword: registry.Keyword{
			Name: "bind", Manual: "4.2", Usage: "[<address>]:<port_range> [, ...] [param*]",
			Doc: "Listens on one or more addresses.",
			OK:  []string{"bind :8080", "bind 127.0.0.1:80,[::1]:80 name x", "bind /run/x.sock mode 600", "bind :1000-1003"},
			Bad: []string{"bind", "bind 127.0.0.1", "bind :99999", "bind :80 nokeyword"},
		},
		In: registry.Frontend | registry.Listen | registry.Backend, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if !c.Proxy.Has(core.Frontend) {
				c.Warn(&st.Words[0], "'bind' ignored because %s '%s' has no frontend capability.", c.Proxy, c.Proxy.Name)
			}
			if len(st.Words) < 2 || st.Words[1].Text == "" {
				c.Alert(&st.Words[0], "'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.")
				return
			}
			ls := Line(c, st, &st.Words[1], st.Words[2:])
			if c.Proxy.Has(core.Frontend) {
				c.Proxy.Listeners = append(c.Proxy.Listeners, ls...)
			}
		},
	})
}

// Line reads the addresses in w and the options after them into listeners of
// the compiler's proxy.
func Line(c *registry.Compiler, st *ast.Statement, w *ast.Word, options []ast.Word) []*core.Listener {
	return LineFrom(c, st, w, options, Settings())
}

// Settings are those of a line without options.
func Settings() core.BindSettings { return core.BindSettings{UID: -1, GID: -1} }

// LineFrom is Line with settings that the options change.
func LineFrom(c *registry.Compiler, st *ast.Statement, w *ast.Word, options []ast.Word, settings core.BindSettings) []*core.Listener {
	settings.Text = w.Text
	name := ""
	id := 0
	var addrs []value.Addr
	from := 0
	for _, text := range strings.Split(w.Text, ",") {
		part := *w
		part.Pos = w.At(from, max(len(text), 1))
		part.Text = text
		from += len(text) + 1
		parsed := parse(c, st, &part)
		if parsed == nil {
			return nil
		}
		addrs = append(addrs, parsed...)
	}
	before := c.Diags.Count(diag.Alert)
	Options(c, st, w, options, &settings, &name, &id)
	if b := settings.SSL; b != nil && c.Diags.Count(diag.Alert) == before {
		at := st.Pos()
		if c.Peers != nil && c.Peers.Bind != nil {
			at = c.Peers.BindPos
		}
		TLS(c, b, w.Text, at)
	}
	var ls []*core.Listener
	for _, a := range addrs {
		ls = append(ls, &core.Listener{
			Proxy: c.Proxy, Name: name, ID: id, Addr: a, Port: a.Port, Pos: st.Pos(), BindSettings: settings,
		})
	}
	checkThreads(c, ls)
	return ls
}

// TLS looks at what a line says of TLS once all sections are read. text is the
// line's address, at where its options stand.
func TLS(c *registry.Compiler, b *ssl.Bind, text string, at diag.Pos) {
	b.Label = fmt.Sprintf("'%s' at [%s:%d]", text, at.File, at.Line)
	c.Later(registry.Check, func() { checkTLS(c, b) })
}

// label is how messages call the line.
func label(c *registry.Compiler, st *ast.Statement) string {
	if c.Section == registry.Global {
		at := st.Pos()
		return fmt.Sprintf("parsing [%s:%d] : 'stats socket'", at.File, at.Line)
	}
	if c.Peers != nil {
		return "'" + st.Keyword() + " " + st.Words[1].Text + "'"
	}
	return "'" + st.Keyword() + "'"
}

// parse reads one address, a port range giving one address for each port.
func parse(c *registry.Compiler, st *ast.Statement, w *ast.Word) []value.Addr {
	a, err := value.ParseAddr(w.Text, value.ForBind, c.Env)
	if err != nil {
		at := w.Pos
		var ve *value.Error
		if errors.As(err, &ve) && ve.Off < len(w.Text) {
			at.Col += ve.Off
			at.Len = max(ve.Len, 1)
		}
		c.AlertAt(at, "%s : %s", label(c, st), err)
		return nil
	}
	if a.Kind == value.Host {
		ip, err := address.Resolve(a, w.Text)
		if err != nil {
			c.Alert(w, "%s : %s", label(c, st), value.InvalidAddress(a.Host, w.Text))
			return nil
		}
		a.Kind, a.IP = value.IP, ip
	}
	if a.Kind != value.IP || a.PortEnd <= a.Port {
		return []value.Addr{a}
	}
	var all []value.Addr
	for p := a.Port; p <= a.PortEnd; p++ {
		one := a
		one.Port, one.PortEnd = p, p
		all = append(all, one)
	}
	return all
}

// Options reads the options of a bind line.
func Options(c *registry.Compiler, st *ast.Statement, addr *ast.Word, words []ast.Word, l *core.BindSettings, name *string, id *int) {
	c.OptionError = [2]string{fmt.Sprintf("'%s %s' in section '%s' : ", st.Keyword(), addr.Text, c.Proxy.Kind), ""}
	if c.Section == registry.Global {
		c.OptionError = [2]string{"'stats socket' : '", "'"}
	}
	for i := 0; i < len(words); {
		w := &words[i]
		o, ok := registry.BindOptions.Find(w.Text)
		if !ok {
			unknown(c, st, addr, w)
			return
		}
		n := 1 + o.Arity
		if i+n > len(words) || o.Arity > 0 && words[i+1].Text == "" {
			c.Option(w, "%s", o.Missing)
			return
		}
		switch w.Text {
		case "name":
			*name = words[i+1].Text
		case "id":
			*id = int(value.Atol(words[i+1].Text))
		}
		o.Compile(c, l, words[i:i+n])
		i += n
	}
}

func unknown(c *registry.Compiler, st *ast.Statement, addr, w *ast.Word) {
	near := registry.Suggestion(w.Text, registry.BindOptions.Names())
	switch {
	case registry.HAProxyHas('b', w.Text):
		c.Option(w, "'%s' is a HAProxy keyword that gohap does not support yet.", w.Text)
	case c.Section == registry.Global && near != "":
		c.Alert(w, "'stats socket' : unknown keyword '%s'. Did you mean %s", w.Text, strings.TrimPrefix(near, "; did you mean "))
	case c.Section == registry.Global:
		c.Alert(w, "'stats socket' : unknown keyword '%s'.", w.Text)
	case near != "":
		c.Alert(w, "'%s %s' in section '%s': unknown keyword '%s'%s", st.Keyword(), addr.Text, c.Proxy.Kind, w.Text, near)
	default:
		c.Alert(w, "'%s %s' in section '%s': unknown keyword '%s'.", st.Keyword(), addr.Text, c.Proxy.Kind, w.Text)
	}
}
