package server

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

// PeerDefault reads the "default-server" line of a peers section.
func PeerDefault(c *registry.Compiler, st *ast.Statement) {
	readOptions(c, st.Words[1:], &c.Proxy.DefaultServer)
}

// PeerName checks the name on the line of a peer. It reports false after an error.
func PeerName(c *registry.Compiler, w *ast.Word) bool {
	i := badByte(w.Text)
	if i < 0 {
		return true
	}
	at := *w
	at.Pos = w.At(i, 1)
	alert(c, &at, "character '%s' is not permitted in peer name '%s'.", w.Text[i:i+1], w.Text)
	return false
}

// Peer reads the line of a peer into a server of the compiler's proxy: an address,
// where addressed, and options. It reports false after an error.
func Peer(c *registry.Compiler, st *ast.Statement, addressed bool) (*core.Server, bool) {
	p := c.Proxy
	s := &core.Server{ServerSettings: p.DefaultServer, Proxy: p, Name: st.Words[1].Text, Pos: st.Pos(), Index: len(p.Servers)}
	words := st.Words[2:]
	located := true
	if addressed && len(words) > 0 {
		located = locatePeer(c, s, &words[0])
		words = words[1:]
	}
	if _, ok := readOptions(c, words, &s.ServerSettings); !ok {
		return s, false
	}
	portless := s.Agent.Check && s.Agent.Port == 0
	if portless {
		fail(c, &st.Words[1], "server %s does not have agent port. Agent check has been disabled", s.Name)
	}
	if s.Check || s.Agent.Check || s.InitAddr != "" || s.Resolve.Asked {
		c.Warn(&st.Words[0], "'%s %s' : init_addr, resolvers, check and agent are ignored for peers.", st.Keyword(), s.Name)
	}
	p.Servers = append(p.Servers, s)
	return s, located && !portless
}

// locatePeer reads a peer's address. Its name is resolved at once.
func locatePeer(c *registry.Compiler, s *core.Server, w *ast.Word) bool {
	a, ok := readAddress(c, w)
	if !ok {
		return false
	}
	ip, err := address.Resolve(a, w.Text)
	if err != nil {
		report(c, diag.Alert, w, prefix(c)+err.Error())
		return false
	}
	if a.Kind == value.Host {
		a.Kind, a.IP = value.IP, ip
	}
	s.Addr = a
	c.Later(registry.Build, func() { s.Dial.Store(Endpoint(s, ip)) })
	return true
}

// PeerTLS makes what the lines of peers say of TLS ready.
func PeerTLS(c *registry.Compiler, servers []*core.Server) {
	for _, s := range servers {
		if s.SSL.On {
			BuildTLS(c, s, "")
		}
	}
}

// PeerAddress is how messages show a peer's address.
func PeerAddress(s *core.Server) string {
	switch s.Addr.Kind {
	case value.Unix, value.Abstract, value.SockPair:
		return s.Addr.String()
	}
	return fmt.Sprintf("%s:%d", s.Addr.IP, s.Addr.Port)
}
