package logs

import (
	"net/netip"
	"strconv"
)

// Target is a place that takes lines. Targets compare with ==; equal ones
// share a socket. The zero value is none.
type Target struct {
	kind kind
	addr netip.AddrPort // of a UDP target
	path string         // of a unix target
	fd   int            // of a descriptor
	ring *Ring          // of a ring
}

type kind uint8

const (
	noTarget kind = iota
	udpTarget
	unixTarget
	abstractTarget
	fdTarget
	ringTarget
)

// UDP is a syslog server. Port 514 is the usual one, the caller's to fill in.
func UDP(addr netip.AddrPort) Target { return Target{kind: udpTarget, addr: addr} }

// Unix is a unix datagram socket in the file system.
func Unix(path string) Target { return Target{kind: unixTarget, path: path} }

// Abstract is a unix datagram socket in Linux's abstract name space, under a
// name padded with zeroes as HAProxy's "abns@" does.
func Abstract(name string) Target { return Target{kind: abstractTarget, path: name} }

// FD is an open file descriptor: 1 for "stdout", 2 for "stderr".
func FD(fd int) Target { return Target{kind: fdTarget, fd: fd} }

// ToRing is a ring in memory.
func ToRing(r *Ring) Target { return Target{kind: ringTarget, ring: r} }

// Ring is the ring of a target that is one, else nil.
func (t Target) Ring() *Ring { return t.ring }

// IsZero reports whether t is no target.
func (t Target) IsZero() bool { return t.kind == noTarget }

// String writes the target as a configuration may have it.
func (t Target) String() string {
	switch t.kind {
	case udpTarget:
		return t.addr.String()
	case unixTarget:
		return t.path
	case abstractTarget:
		return "abns@" + t.path
	case ringTarget:
		return "ring@" + t.ring.Name
	case fdTarget:
		return "fd@" + strconv.Itoa(t.fd)
	}
	return ""
}
