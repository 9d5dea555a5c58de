package core

import (
	"net"
	"sync/atomic"

	"gohap/parser/diag"
	"gohap/runtime/logforward"
)

// LogForward is a "log-forward" section (3.10).
type LogForward struct {
	*logforward.Section
	Pos diag.Pos
	// Proxy has the listeners for streams, and the log targets. It is none of the
	// graph's proxies.
	Proxy *Proxy
	// Datagrams are the addresses of "dgram-bind" lines.
	Datagrams []*Listener
	// Sockets are those that are open, by their address.
	Sockets map[*Listener]net.PacketConn
	// Connections counts the clients over TCP.
	Connections atomic.Uint64
}

// FindLogForward finds a log-forward section by its name, nil without one.
func (g *Graph) FindLogForward(name string) *LogForward {
	for _, f := range g.LogForwards {
		if f.Name == name {
			return f
		}
	}
	return nil
}
