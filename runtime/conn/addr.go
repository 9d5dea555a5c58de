package conn

import (
	"net"
	"net/netip"
	"syscall"
)

// shownAddrs are the addresses that a PROXY header or a rule has given a connection
// in place of the socket's.
type shownAddrs struct {
	remote, local     netip.AddrPort
	isRemote, isLocal bool
}

// Remote is the peer's address: the socket's, or what a PROXY header put in its
// place. It is zero on unix sockets, and costs nothing.
func (c *Conn) Remote() netip.AddrPort {
	if s := c.shown; s != nil && s.isRemote {
		return s.remote
	}
	return c.remote
}

// SetRemote replaces the peer's address as shown.
func (c *Conn) SetRemote(a netip.AddrPort) {
	s := c.replaced()
	s.remote, s.isRemote = a, true
}

// SocketRemote is the address of the socket's peer, whatever Remote shows.
func (c *Conn) SocketRemote() netip.AddrPort { return c.remote }

// Local is this side's address: the one the client connected to, or what a PROXY
// header says about that. The kernel is asked once, at the first call. It is
// zero on unix sockets. It is for the task that reads.
func (c *Conn) Local() netip.AddrPort {
	if s := c.shown; s != nil && s.isLocal {
		return s.local
	}
	if !c.haveLocal {
		c.local, c.haveLocal = c.SocketLocal(), true
	}
	return c.local
}

// SetLocal replaces this side's address as shown.
func (c *Conn) SetLocal(a netip.AddrPort) {
	s := c.replaced()
	s.local, s.isLocal = a, true
}

func (c *Conn) replaced() *shownAddrs {
	if c.shown == nil {
		c.shown = new(shownAddrs)
	}
	return c.shown
}

// SocketLocal asks the kernel for the socket's own address, whatever Local
// shows.
func (c *Conn) SocketLocal() (a netip.AddrPort) {
	c.control(func(fd int) error {
		sa, err := syscall.Getsockname(fd)
		if err == nil {
			a = addrPort(sa)
		}
		return err
	})
	return a
}

// Unix tells whether this is a unix socket, which has no addresses to show.
func (c *Conn) Unix() bool { return c.unix }

// addrPort translates a socket address; what is not IP gives the zero value.
func addrPort(sa syscall.Sockaddr) netip.AddrPort {
	switch a := sa.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *syscall.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port))
	}
	return netip.AddrPort{}
}

// sockaddr translates the other way. Family is that of the socket.
func sockaddr(a netip.AddrPort) (sa syscall.Sockaddr, family int) {
	ip := a.Addr()
	if ip.Is4() {
		return &syscall.SockaddrInet4{Port: int(a.Port()), Addr: ip.As4()}, syscall.AF_INET
	}
	return &syscall.SockaddrInet6{Port: int(a.Port()), Addr: ip.As16(), ZoneId: zone(ip)}, syscall.AF_INET6
}

// zone gives the index of a scoped address's interface, 0 where there is none.
func zone(ip netip.Addr) uint32 {
	if ip.Zone() == "" {
		return 0
	}
	i, err := net.InterfaceByName(ip.Zone())
	if err != nil {
		return 0
	}
	return uint32(i.Index)
}

func netAddr(a netip.AddrPort) net.Addr {
	if !a.IsValid() {
		return &net.UnixAddr{Net: "unix"}
	}
	return net.TCPAddrFromAddrPort(a)
}
