package core

import (
	"net/netip"
	"time"
)

// StreamInfo describes a stream under way to those that are not its task.
type StreamInfo struct {
	// ID names the stream while it runs; another one may have it later.
	ID     uint64
	Number int64
	Start  time.Time
	Age    time.Duration
	// Client and Local are the ends of the client's connection, invalid for unix
	// sockets; ServerLocal is ours of the server's.
	Client, Local, ServerLocal netip.AddrPort
	Frontend                   *Proxy
	Listener                   *Listener
	Backend                    *Proxy  // nil before it is known
	Server                     *Server // nil before it is known
	Retries                    int
	// The descriptors are -1 where there is no connection.
	ClientFD, ServerFD int
}
