package server

import (
	"errors"
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Add makes a server of what follows "add server <backend>/<name>" in the runtime
// API, with an endpoint but not yet in its backend, which is the compiler's proxy.
// The error is in HAProxy's words.
func Add(c *registry.Compiler, name string, words []string, ports Ports) (*core.Server, error) {
	p := c.Proxy
	st := &ast.Statement{Words: []ast.Word{{Text: "server"}, {Text: name}}}
	for _, w := range words {
		st.Words = append(st.Words, ast.Word{Text: w})
	}
	c.Statement, c.Section, c.Runtime = st, registry.Backend, true
	s := readAdded(c, st)
	switch {
	case s == nil:
		return nil, complaint(c)
	case s.Check && s.Track != "":
		return nil, errors.New("unable to enable checks and tracking at the same time!")
	case s.Check && !ports.All && !checkPort(s):
		return nil, fmt.Errorf("config: %s '%s': server '%s' has neither service port nor check port nor tcp_check rule 'connect' with port information.", p, p.Name, name)
	case p.Mode != core.HTTP && s.Proto != "":
		return nil, errors.New("MUX protocol is not usable for server.")
	}
	if s.Track != "" {
		if err := follow(c, s); err != nil {
			return nil, err
		}
	}
	if p.Fleet().Find(name) != nil {
		return nil, errors.New("Already exists a server with the same name in backend.")
	}
	checkTLS(c, s)
	c.Finish()
	if err := complaint(c); err != nil {
		return nil, err
	}
	if !s.IDSet {
		s.ID = freeID(p)
	}
	s.Naming.Port = uint16(s.Addr.Port)
	if s.Addr.Kind == value.Host {
		s.Naming.Name = s.Addr.Host // which nobody looks up
	} else {
		s.Dial.Store(Endpoint(s, s.Addr.IP))
	}
	return s, nil
}

// readAdded reads the line; nil after an error.
func readAdded(c *registry.Compiler, st *ast.Statement) *core.Server {
	if len(st.Words) < 3 || st.Words[2].Text == "" {
		alert(c, &st.Words[0], "'server' expects <name> and <addr>[:<port>] as arguments.")
		return nil
	}
	name := st.Words[1].Text
	if i := badByte(name); i >= 0 {
		alert(c, &st.Words[1], "character '%s' is not permitted in server name '%s'.", name[i:i+1], name)
		return nil
	}
	addr, ok := readAddress(c, &st.Words[2])
	if !ok {
		return nil
	}
	settings := core.DynamicServerSettings()
	id, ok := readOptions(c, st.Words[3:], &settings)
	if !ok {
		return nil
	}
	s := newServer(c, st, name, addr, settings, id, c.Proxy.Fleet().Servers)
	if s != nil {
		s.Dynamic = true
	}
	return s
}

// complaint is the first error that the compiler has met, without what stands
// before the errors of files; nil for none.
func complaint(c *registry.Compiler) error {
	for i := range c.Diags.All {
		d := &c.Diags.All[i]
		if d.Severity != diag.Alert {
			continue
		}
		m := d.Message
		for _, before := range []string{"config : ", prefix(c), place(c)} {
			m = strings.TrimPrefix(m, before)
		}
		if file, ok := strings.CutPrefix(m, "Couldn't open the ca-file '"); ok {
			file, _, _ = strings.Cut(file, "'")
			m = "'ca-file' : unable to load " + file + "."
		}
		if strings.Contains(m, "not acceptable") {
			m += "\n" // these texts of HAProxy's have line ends of their own
		}
		return errors.New(m)
	}
	return nil
}

// follow finds the server that s is to follow: one of the configuration, which has
// to stay from now on.
func follow(c *registry.Compiler, s *core.Server) error {
	p, name := s.Proxy, s.Track
	if proxy, server, ok := strings.Cut(s.Track, "/"); ok {
		if p, name = c.Graph.Backends[proxy], server; p == nil {
			return fmt.Errorf("unable to find required proxy '%s' for tracking.", proxy)
		}
	}
	t := p.Fleet().Find(name)
	if t == nil {
		return fmt.Errorf("unable to find required server '%s' for tracking.", name)
	}
	if t.Dynamic {
		return fmt.Errorf("unable to use %s/%s for tracking as it is a dynamic server.", t.Proxy.Name, t.Name)
	}
	end := t
	for end.Tracked != nil {
		end = end.Tracked
	}
	if !end.Check && !end.Agent.Check {
		return fmt.Errorf("unable to use %s/%s for tracking as it does not have any check nor agent enabled.", t.Proxy.Name, t.Name)
	}
	s.Tracked, t.Pinned = t, true
	return nil
}

// freeID is the lowest number that no server of the backend has.
func freeID(p *core.Proxy) int {
	taken := map[int]bool{}
	for _, s := range p.Fleet().Servers {
		taken[s.ID] = true
	}
	id := 1
	for taken[id] {
		id++
	}
	return id
}
