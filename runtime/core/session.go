package core

import (
	"net/netip"
	"time"

	"gohap/runtime/conn"
)

// Session is one client connection. It lives from accept to close and is used
// by one task at a time.
type Session struct {
	Conn     *conn.Conn
	Listener *Listener
	Frontend *Proxy
	// Src and Dst are the client's and the local address; invalid for a unix
	// socket. PROXY protocol and rules may change them.
	Src, Dst netip.AddrPort
	// Accepted is when the connection was accepted.
	Accepted time.Time
	// HTTP2 says that the client speaks HTTP/2. Each of its streams has a session
	// of its own then, a copy of the connection's.
	HTTP2 bool
	// Shard selects the counters' shard.
	Shard int
	// Requests counts the streams so far.
	Requests int
	// Err is what ended the connection before its first request.
	Err ConnError
	// Header is what a PROXY header told besides addresses, nil without one.
	Header *ProxyHeader
	// TLS is what the handshake came to, nil without TLS.
	TLS *TLSState
	// Vars are the variables of the sess scope.
	Vars Vars
	// Tracked are the entries that rules of connections and sessions track.
	Tracked Tracked
}

// ProxyHeader is what a PROXY header of version 2 may tell of a connection besides
// addresses; nil is nothing.
type ProxyHeader struct {
	// Authority is the name that the client asked for.
	Authority []byte
	// ID is what the sender calls the connection.
	ID []byte
	// Namespace is the network namespace that the sender accepted it in.
	Namespace []byte
}
