package reload

import (
	"net/netip"
	"regexp"
)

// Socket is one listening socket on its way to another process.
type Socket struct {
	// FD stays the sender's; the receiver gets a descriptor of its own.
	FD int
	// Interface and Namespace are what the socket is bound to by name, "" when
	// it is not.
	Interface, Namespace string
}

// Address tells what a socket listens on, in as much detail as it takes not to
// confuse two sockets that serve different clients.
type Address struct {
	// TCP is set for an IP socket; Path is "" then.
	TCP netip.AddrPort
	// Path is the file of a unix socket, or with Abstract its name, without
	// the zeros that pad it.
	Path     string
	Abstract bool

	Interface, Namespace string
	// V6Only: no IPv4 clients. It matters for the address :: alone: the system
	// sets it for all others.
	V6Only bool
	// Transparent and FreeBind allow addresses that are not this machine's.
	Transparent, FreeBind bool
}

// temporary is what a path is bound under before it is renamed: the system
// remembers that name.
var temporary = regexp.MustCompile(`\.[0-9]+\.tmp$`)

// finalPath is the path that a socket bound under a temporary name ended at.
func finalPath(path string) string {
	return temporary.ReplaceAllString(path, "")
}

// normal leaves out what makes no difference.
func (a Address) normal() Address {
	if ip := a.TCP.Addr(); !ip.Is6() || !ip.IsUnspecified() {
		a.V6Only = false
	}
	return a
}
