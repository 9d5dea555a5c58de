package reload

import (
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// Identify asks the system what a socket listens on.
func Identify(s Socket) (Address, error) {
	a := Address{Interface: s.Interface, Namespace: s.Namespace}
	if kind, err := unix.GetsockoptInt(s.FD, unix.SOL_SOCKET, unix.SO_TYPE); err != nil {
		return a, err
	} else if kind != unix.SOCK_STREAM {
		return a, errors.New("not a stream socket")
	}
	sa, err := unix.Getsockname(s.FD)
	if err != nil {
		return a, err
	}
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		a.TCP = netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
		a.Transparent, a.FreeBind = foreign(s.FD, false)
	case *unix.SockaddrInet6:
		a.TCP = netip.AddrPortFrom(netip.AddrFrom16(sa.Addr), uint16(sa.Port))
		a.Transparent, a.FreeBind = foreign(s.FD, true)
		only, _ := unix.GetsockoptInt(s.FD, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY)
		a.V6Only = only != 0
	case *unix.SockaddrUnix:
		if name, ok := strings.CutPrefix(sa.Name, "@"); ok {
			a.Path, a.Abstract = strings.TrimRight(name, "\x00"), true
		} else {
			a.Path = finalPath(sa.Name)
		}
	default:
		return a, errors.New("a socket of an unknown family")
	}
	return a.normal(), nil
}
