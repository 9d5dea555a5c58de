package core

import (
	"net/netip"
	"time"
)

// BadMessage is a message that was refused, kept for "show errors". It does not
// change once it is published.
type BadMessage struct {
	At time.Time
	// Number counts the captures of the process, from 0.
	Number   uint64
	Frontend *Proxy
	// Backend and Server are nil where they were not known yet.
	Backend *Proxy
	Server  *Server
	Client  netip.AddrPort
	// Bytes are what the buffer held, and Size is the buffer's.
	Bytes []byte
	Size  int
	// Pos is the offset of the offending byte, and State where in the grammar the
	// codec was.
	Pos   int
	State string
}
