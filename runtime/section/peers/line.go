package peers

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/peers"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
	"gohap/runtime/section/bind"
	"gohap/runtime/section/server"
)

func init() {
	registry.Directives.Add(
		keyword("peer", "<name> [<address>:<port> [<option>...]]", "A process of the section: where it listens, this one included.",
			[]string{"peer lb1 127.0.0.1:10001", "peer lb2 127.0.0.1:10002 ssl verify none"},
			[]string{"peer lb/1 127.0.0.1:10001", "peer lb2 127.0.0.1:10002 nonsense", "peer lb2 127.0.0.1:99999", "peer lb2 udp@127.0.0.1:1"},
			compilePeer),
		keyword("server", "<name> [<address>:<port>] [<option>...]", "A process of the section. This one's line has no address: it listens where \"bind\" says.",
			[]string{"server lb2 127.0.0.1:10002"}, []string{"server lb/1 127.0.0.1:10001", "server lb2 127.0.0.1:10002 nonsense"},
			compilePeer),
		keyword("bind", "<address>:<port> [<option>...]", "Where this process listens for its peers.",
			nil, []string{"bind 127.0.0.1", "bind 127.0.0.1:10001 nonsense"}, compileBind),
		keyword("default-bind", "[<option>...]", "How this process listens for its peers.",
			[]string{"default-bind", "default-bind name peers"}, []string{"default-bind nonsense"}, compileDefaultBind),
	)
}

func compilePeer(c *registry.Compiler, st *ast.Statement) {
	s := c.Peers
	if s.Used = true; len(st.Words) < 2 {
		return
	}
	name, keyword := &st.Words[1], st.Keyword()
	if !server.PeerName(c, name) {
		return
	}
	if keyword == "peer" {
		if s.ByBind {
			mixed(c, st)
			return
		}
		s.ByPeer = true
	}
	p := &peers.Peer{Name: name.Text, Local: name.Text == s.Local}
	if p.Local {
		if s.Own != nil {
			at := s.Own.Pos
			c.Alert(name, "'%s %s' : local peer name already referenced at %s:%d. %s", keyword, p.Name, at.File, at.Line, p.Name)
			return
		}
		s.Proxy.Name = p.Name
	}
	srv, ok := server.Peer(c, st, keyword == "peer" || !p.Local)
	if p.Local {
		s.Own = srv
		if keyword == "peer" && len(st.Words) > 2 {
			listen(c, st, &st.Words[2])
		}
	}
	if !ok {
		return
	}
	if len(st.Words) > 2 && srv.Addr != (value.Addr{}) {
		p.Addr = server.PeerAddress(srv)
	}
	s.Peers = append(s.Peers, p)
}

// mixed refuses "bind" beside "peer".
func mixed(c *registry.Compiler, st *ast.Statement) {
	c.Alert(&st.Words[0], "mixing \"peer\" and \"bind\" line is forbidden")
}

// settings are those that the section's listener begins with.
func settings(s *core.Peers) core.BindSettings {
	if s.Bind != nil {
		return *s.Bind
	}
	return bind.Settings()
}

// listen has the process listen at the local peer's address.
func listen(c *registry.Compiler, st *ast.Statement, w *ast.Word) {
	s := c.Peers
	a, err := value.ParseAddr(w.Text, value.ForBind, c.Env)
	if err == nil && a.Kind == value.Host {
		if a.IP, err = address.Resolve(a, w.Text); err == nil {
			a.Kind = value.IP
		}
	}
	if err != nil {
		at := *w
		if e, ok := err.(*value.Error); ok && e.Off < len(w.Text) {
			at.Pos = w.At(e.Off, max(e.Len, 1))
		}
		c.Alert(&at, "'%s %s' : %s", st.Keyword(), st.Words[1].Text, err)
		return
	}
	b := settings(s)
	b.Text = w.Text
	l := &core.Listener{Proxy: s.Proxy, ID: 1, Addr: a, Port: a.Port, Pos: st.Pos(), BindSettings: b}
	s.Proxy.Listeners = append(s.Proxy.Listeners, l)
	if b.SSL != nil {
		at := st.Pos()
		if s.Bind != nil {
			at = s.BindPos
		}
		bind.TLS(c, b.SSL, w.Text, at)
	}
}

func compileBind(c *registry.Compiler, st *ast.Statement) {
	s := c.Peers
	s.Used = true
	switch {
	case s.ByPeer:
		mixed(c, st)
		return
	case len(s.Proxy.Listeners) > 0:
		at := s.Proxy.Listeners[0].Pos
		c.Alert(&st.Words[0], "One listener per \"peers\" section is authorized but another is already configured at [%s:%d].", at.File, at.Line)
	}
	if len(st.Words) < 2 {
		return
	}
	s.ByBind = true
	s.Proxy.Listeners = append(s.Proxy.Listeners, bind.LineFrom(c, st, &st.Words[1], st.Words[2:], settings(s))...)
}

func compileDefaultBind(c *registry.Compiler, st *ast.Statement) {
	s := c.Peers
	s.Used = true
	b := settings(s)
	var name string
	var id int
	before := c.Diags.Count(diag.Alert)
	if len(st.Words) > 1 {
		bind.Options(c, st, &st.Words[1], st.Words[1:], &b, &name, &id)
	}
	if c.Diags.Count(diag.Alert) == before {
		s.Bind, s.BindPos = &b, st.Pos()
	}
}
