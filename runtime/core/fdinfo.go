package core

// FDInfo describes a socket of the process.
type FDInfo struct {
	FD int
	// Threads has a bit for each thread that looks after it, none where that is
	// Go's scheduler.
	Threads uint64
	// Listener is whose socket it is, nil for a connection; State is the listener's.
	Listener *Listener
	State    string
	// Back says that a connection is one to a server.
	Back bool
	// Family is "ipv4", "ipv6" or "unix", Port the local port of the former.
	Family string
	Port   uint16
	// Frontend and Server are those of the connection's stream, nil for an idle one.
	Frontend *Proxy
	Server   *Server
}
