package server

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "server", Manual: "4.2", Usage: "<name> <address>[:[<port>]] [<option>...]", Doc: "A server of the backend.",
				OK: []string{"server s1 127.0.0.1:80", "server s1 /run/app.sock check", "server s1 127.0.0.1", "server s1 [::1]:80 weight 10 check inter 5s",
					"server s1 127.0.0.1:+1000", "server s1 no-such-host.invalid:80 init-addr none"},
				Bad: []string{"server", "server s1", "server s/1 127.0.0.1:80", "server s1 127.0.0.1:99999", "server s1 127.0.0.1:80-90", "server s1 127.0.0.1:80 nonsense",
					"server s1 fd@3", "server s1 udp@127.0.0.1:80", "server s1 no-such-host.invalid:80", "server s1 127.0.0.1 check"},
			},
			In: registry.Proxies, Dump: "-", Compile: compileServer,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "default-server", Manual: "4.2", Usage: "[<option>...]", Doc: "Options of the servers that follow.",
				OK:  []string{"default-server", "default-server check inter 5s maxconn 100"},
				Bad: []string{"default-server nonsense", "default-server inter", "default-server weight 300"},
			},
			In: registry.Proxies, Dump: "-", Compile: compileDefault,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "server-template", Manual: "4.2", Usage: "<prefix> <number or range> <address>[:<port>] [<option>...]",
				Doc: "Several servers that differ in the number behind their name.",
				OK:  []string{"server-template s 1-3 127.0.0.1:80 check", "server-template s 2 127.0.0.1:80"},
				Bad: []string{"server-template", "server-template s 127.0.0.1:80", "server-template s 0 127.0.0.1:80", "server-template s 3-1 127.0.0.1:80",
					"server-template s! 2 127.0.0.1:80", "server-template s 2 127.0.0.1:80 nonsense"},
			},
			In: registry.Proxies, Dump: "-", Compile: compileTemplate,
		},
	)
}

// place starts messages about a line that names no server yet.
func place(c *registry.Compiler) string {
	at := c.Statement.Pos()
	return fmt.Sprintf("[%s:%d] : ", at.File, at.Line)
}

func alert(c *registry.Compiler, w *ast.Word, format string, args ...any) {
	report(c, diag.Alert, w, place(c)+fmt.Sprintf(format, args...))
}

// allowed refuses a line in a section without servers.
func allowed(c *registry.Compiler, st *ast.Statement) bool {
	name, at := st.Keyword(), st.Pos()
	switch {
	case c.Section == registry.Defaults && name != "default-server":
		alert(c, &st.Words[0], "'%s' not allowed in 'defaults' section.", name)
		return false
	case !c.Proxy.Has(core.Backend):
		alert(c, &st.Words[0], "parsing [%s:%d] : '%s' not allowed because %s '%s' has no backend capability.", at.File, at.Line, name, c.Proxy, c.Proxy.Name)
		return false
	}
	return true
}

func compileDefault(c *registry.Compiler, st *ast.Statement) {
	if allowed(c, st) {
		readOptions(c, st.Words[1:], &c.Proxy.DefaultServer)
	}
}

// Line reads a "server" line of the compiler's proxy, which may be that of a ring.
func Line(c *registry.Compiler, st *ast.Statement) { compileServer(c, st) }

func compileServer(c *registry.Compiler, st *ast.Statement) {
	if !allowed(c, st) {
		return
	}
	if len(st.Words) < 3 || st.Words[2].Text == "" {
		alert(c, &st.Words[len(st.Words)-1], "'server' expects <name> and <addr>[:<port>] as arguments.")
		return
	}
	name := &st.Words[1]
	if name.Text == "" {
		alert(c, name, "'server' expects <name> and <addr>[:<port>] as arguments.")
		return
	}
	if i := badByte(name.Text); i >= 0 {
		at := *name
		at.Pos = name.At(i, 1)
		alert(c, &at, "character '%s' is not permitted in server name '%s'.", name.Text[i:i+1], name.Text)
		return
	}
	addr, ok := readAddress(c, &st.Words[2])
	if !ok {
		return
	}
	settings := c.Proxy.DefaultServer
	if id, ok := readOptions(c, st.Words[3:], &settings); ok {
		enter(c, st, name.Text, addr, settings, id)
	}
}

func compileTemplate(c *registry.Compiler, st *ast.Statement) {
	if !allowed(c, st) {
		return
	}
	if len(st.Words) < 4 || st.Words[3].Text == "" {
		alert(c, &st.Words[len(st.Words)-1], "'server-template' expects <prefix> <nb | range> <addr>[:<port>] as arguments.")
		return
	}
	prefix := &st.Words[1]
	if i := badByte(prefix.Text); i >= 0 {
		at := *prefix
		at.Pos = prefix.At(i, 1)
		alert(c, &at, "character '%s' is not permitted in server-template prefix '%s'.", prefix.Text[i:i+1], prefix.Text)
		return
	}
	first, last, ok := readRange(st.Words[2].Text)
	if !ok {
		alert(c, &st.Words[2], "Wrong server-template number or range arg '%s'.", st.Words[2].Text)
		return
	}
	addr, ok := readAddress(c, &st.Words[3])
	if !ok {
		return
	}
	settings := c.Proxy.DefaultServer
	id, ok := readOptions(c, st.Words[4:], &settings)
	if !ok {
		return
	}
	for n := first; n <= last; n++ {
		enter(c, st, fmt.Sprintf("%s%d", prefix.Text, n), addr, settings, id)
		if id > 0 {
			id++
		}
	}
}

// maxTemplate bounds the servers of a template.
const maxTemplate = 1 << 16

// readRange reads "3" as 1 to 3, and "2-4".
func readRange(text string) (first, last int, ok bool) {
	first = 1
	for i := range text {
		if text[i] == '-' {
			low, err := value.Int(text[:i])
			if err != nil {
				return 0, 0, false
			}
			first, text = int(low), text[i+1:]
			break
		}
	}
	n, err := value.Int(text)
	if err != nil || n < int64(first) || first < 1 || n-int64(first) >= maxTemplate {
		return 0, 0, false
	}
	return first, int(n), true
}

// badByte returns the offset of the first byte that names may not have, or -1.
func badByte(name string) int {
	for i := 0; i < len(name); i++ {
		b := name[i]
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.' || b == ':' {
			continue
		}
		return i
	}
	return -1
}

func readAddress(c *registry.Compiler, w *ast.Word) (value.Addr, bool) {
	a, err := value.ParseAddr(w.Text, value.ForServer, c.Env)
	if err != nil {
		at := *w
		if e, ok := err.(*value.Error); ok && e.Off < len(w.Text) {
			at.Pos = w.At(e.Off, max(e.Len, 1))
		}
		report(c, diag.Alert, &at, prefix(c)+err.Error())
		return a, false
	}
	return a, true
}

// readOptions reads the options of a line up to the first wrong one. id is that
// of the "id" option, 0 for none.
func readOptions(c *registry.Compiler, words []ast.Word, s *core.ServerSettings) (id int, ok bool) {
	before := c.Diags.Count(diag.Alert)
	isDefault := c.Statement.Keyword() == "default-server"
	for i := 0; i < len(words); {
		w := &words[i]
		o, found := registry.ServerOptions.Find(w.Text)
		if !found {
			unknown(c, w, isDefault)
			return 0, false
		}
		if isDefault && o.NoDefault {
			severity := diag.Warning
			if c.Peers != nil {
				severity = diag.Alert
			}
			report(c, severity, w, place(c)+"'"+w.Text+"' option is not accepted in default-server sections").Harmless = true
			return 0, false
		}
		n := o.Arity
		if o.Take != nil {
			n = o.Take(words[i+1:])
		}
		if c.Runtime && !o.InAdd {
			report(c, diag.Alert, w, prefix(c)+"'"+w.Text+"' option is not accepted for dynamic server")
			return 0, false
		}
		args := words[i:min(i+1+n, len(words))]
		for o.Take == nil && len(args) < 1+n {
			args = append(args[:len(args):len(args)], ast.Word{Pos: args[len(args)-1].Pos})
		}
		o.Compile(c, s, args)
		if c.Diags.Count(diag.Alert) > before {
			return 0, false
		}
		if w.Text == "id" {
			id = int(value.Atol(args[1].Text))
		}
		i += 1 + n
	}
	return id, true
}

func unknown(c *registry.Compiler, w *ast.Word, isDefault bool) {
	if registry.HAProxyHas('s', w.Text) {
		unsupported(c, w, w.Text)
		return
	}
	hint := registry.Suggestion(w.Text, registry.HAProxyWords('s'))
	if hint == "" {
		hint = "."
	}
	if p := c.Peers; isDefault || p != nil && c.Statement.Keyword() == "server" && c.Statement.Words[1].Text == p.Local {
		hint += " Hint: no address was expected for this server."
	}
	report(c, diag.Alert, w, prefix(c)+fmt.Sprintf("unknown keyword '%s'%s", w.Text, hint))
}

// enter adds a server to the proxy.
func enter(c *registry.Compiler, st *ast.Statement, name string, addr value.Addr, settings core.ServerSettings, id int) {
	p := c.Proxy
	s := newServer(c, st, name, addr, settings, id, p.Servers)
	if s == nil {
		return
	}
	p.Servers = append(p.Servers, s)
	if len(p.Servers) == 1 {
		c.Later(registry.Resolve, func() { numbered(p.Servers) })
		c.Later(registry.Build, func() { endpoints(c, p) })
	}
}

// newServer makes the server of a line; nil after an error. others are the servers
// that its proxy has.
func newServer(c *registry.Compiler, st *ast.Statement, name string, addr value.Addr, settings core.ServerSettings, id int, others []*core.Server) *core.Server {
	p := c.Proxy
	s := &core.Server{ServerSettings: settings, Proxy: p, Name: name, Addr: addr, Pos: st.Pos(), Index: len(p.Servers)}
	if !checkName(c, s, addressWord(st)) {
		return nil
	}
	if s.Agent.Check && s.Agent.Port == 0 {
		fail(c, &st.Words[1], "server %s does not have agent port. Agent check has been disabled", name)
		return nil
	}
	if s.MinConn >= s.MaxConn && s.MinConn > 0 {
		s.MaxConn, s.MinConn = s.MinConn, 0
	}
	if id > 0 {
		for _, o := range others {
			if o.IDSet && o.ID == id {
				at := st.Words[0]
				for i := range st.Words {
					if st.Words[i].Text == "id" {
						at = st.Words[min(i+1, len(st.Words)-1)]
					}
				}
				fail(c, &at, "'id' : custom id %d already used at %s:%d ('server %s')", id, o.Pos.File, o.Pos.Line, o.Name)
				return nil
			}
		}
		s.ID, s.IDSet = id, true
	}
	return s
}

// addressWord is the address on a line.
func addressWord(st *ast.Statement) *ast.Word {
	if st.Keyword() == "server-template" {
		return &st.Words[3]
	}
	return &st.Words[2]
}

// numbered gives the servers without an id the first free ones, of which those
// with an id use one up too.
func numbered(servers []*core.Server) {
	used := map[int]bool{}
	for _, s := range servers {
		if s.IDSet {
			used[s.ID] = true
		}
	}
	next := 1
	for _, s := range servers {
		if !s.IDSet {
			for used[next] {
				next++
			}
			s.ID = next
		}
		next++
	}
}
