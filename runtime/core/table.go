package core

import (
	"gohap/parser/diag"
	"gohap/runtime/peers"
	"gohap/runtime/sticktable"
)

// Table is a stick table as the configuration declares it.
type Table struct {
	*sticktable.Table
	// Owner is the section that declares it: "backend 'b'".
	Owner string
	Pos   diag.Pos
}

// AddTable enters a table under its name.
func (g *Graph) AddTable(t *Table) {
	g.Tables[t.Name] = t
	g.TableList = append(g.TableList, t)
}

// Peers is a "peers" section (3.5).
type Peers struct {
	*peers.Section
	Pos diag.Pos
	// Proxy has the section's listener, its log targets, and a server for each peer
	// with an address. Its name is that of the local peer. It is none of the graph's
	// proxies.
	Proxy *Proxy
	// Bind is what "default-bind" says, nil without.
	Bind *BindSettings
	// BindPos is where that is said.
	BindPos diag.Pos
	// Own is the local peer's server, nil without a line of the local peer.
	Own *Server
	// Used says that a line of the section has made something of it.
	Used bool
	// Wrong tells that a line of the configuration was wrong.
	Wrong bool
	// ByBind and ByPeer say whether the listener is that of a "bind" line, and
	// whether peers were declared by "peer".
	ByBind, ByPeer bool
}

// FindPeers finds a peers section by its name, nil without one.
func (g *Graph) FindPeers(name string) *Peers {
	for _, p := range g.Peers {
		if p.Name == name {
			return p
		}
	}
	return nil
}
