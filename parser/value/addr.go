package value

import (
	"net/netip"
	"strconv"
)

// Kind is the nature of an address.
type Kind uint8

const (
	// IP is a literal IPv4 or IPv6 address, or any address ("*", "").
	IP Kind = iota
	// Host is a name that the caller has to resolve.
	Host
	// Unix is the path of a UNIX socket.
	Unix
	// Abstract is the name of a Linux abstract socket.
	Abstract
	// FD is a file descriptor inherited from the parent.
	FD
	// SockPair is an inherited UNIX socket over which connections are passed.
	SockPair
)

// Family limits the addresses that a [Host] may resolve to.
type Family uint8

const (
	// AnyFamily allows both.
	AnyFamily Family = iota
	// IPv4 comes from the prefixes ipv4@, tcp4@, udp4@ and quic4@.
	IPv4
	// IPv6 comes from the prefixes ipv6@, tcp6@, udp6@ and quic6@.
	IPv6
)

// Transport is how bytes travel to an address.
type Transport uint8

const (
	// Stream is TCP, or a UNIX stream socket.
	Stream Transport = iota
	// Datagram is UDP, or a UNIX datagram socket.
	Datagram
	// QUIC is a stream over UDP.
	QUIC
)

// Addr is an address of configuration.txt, section 11. The zero value is no
// valid address.
type Addr struct {
	Kind      Kind
	Family    Family
	Transport Transport

	// IP is set for kind IP; it has no zone.
	IP netip.Addr
	// Host is the name to resolve, for kind Host.
	Host string
	// Path is the path of a Unix socket or the name of an Abstract one.
	Path string
	// FD is the descriptor of kinds FD and SockPair.
	FD int

	// Port is the port or the first of a range, 0 where HasPort is false.
	// With Offset it is to be added to the port the client connected to.
	Port int
	// PortEnd is the last port of a range, and Port where there is one port.
	PortEnd int
	// HasPort tells that a port was written, be it 0.
	HasPort bool
	// Offset tells that the port was written with a sign.
	Offset bool
}

// IsIP reports whether a is an IP address or a name that stands for one.
func (a Addr) IsIP() bool { return a.Kind == IP || a.Kind == Host }

// AddrPort returns the address with its first port, for kind IP.
func (a Addr) AddrPort() netip.AddrPort { return netip.AddrPortFrom(a.IP, uint16(a.Port)) }

// String writes the address as the configuration would.
func (a Addr) String() string {
	switch a.Kind {
	case Unix:
		return "unix@" + a.Path
	case Abstract:
		return "abns@" + a.Path
	case FD:
		return "fd@" + strconv.Itoa(a.FD)
	case SockPair:
		return "sockpair@" + strconv.Itoa(a.FD)
	}
	s := a.Host
	if a.Kind == IP {
		s = a.IP.String()
		if a.IP.Is6() {
			s = "[" + s + "]"
		}
	}
	if !a.HasPort {
		return s
	}
	s += ":"
	if a.Offset && a.Port >= 0 {
		s += "+"
	}
	s += strconv.Itoa(a.Port)
	if a.PortEnd != a.Port {
		s += "-" + strconv.Itoa(a.PortEnd)
	}
	return s
}
