package api

import (
	"fmt"
	"net/netip"
	"strconv"

	"gohap/runtime/core"
)

// setAddr moves a server to another address, and perhaps port. Streams that run
// stay where they are.
func (c *Call) setAddr(s *core.Server) {
	if c.Arg(2) == "" {
		c.Fail("set server <b>/<s> addr requires an address and optionally a port.\n")
		return
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	port := ""
	ported := c.Arg(3) == "port"
	if ported {
		port = c.Arg(4)
	}
	next, said, ok := move(s, c.Arg(2), port, ported)
	if ok {
		s.Dial.Store(next)
		s.Idle.Only(next.LeadsTo())
		s.Shared.Close()
		c.process.Retarget(s)
	}
	c.Warn(said + " by 'stats socket command'\n")
}

// move gives the endpoint of a server at another address, and port if ported. It
// says what differs, or why it cannot be.
func move(s *core.Server, addr, port string, ported bool) (next *core.Endpoint, said string, ok bool) {
	ip, err := netip.ParseAddr(addr)
	if err != nil || ip.Zone() != "" {
		return nil, "Invalid addr '" + addr + "'", false
	}
	next = &core.Endpoint{}
	now := s.Dial.Load()
	if now != nil {
		*next = *now
	}
	o := &next.Options
	if now == nil || o.Path != "" || o.SockPair != 0 {
		return nil, "Update for the current server address family is only supported through configuration file", false
	}
	was := o.Addr
	said = "no need to change the addr"
	if was.Addr() != ip {
		said = fmt.Sprintf("IP changed from '%s' to '%s'", was.Addr(), ip)
	}
	to := was.Port()
	o.Addr = netip.AddrPortFrom(ip, to) // a wrong port does not stand in the way
	next.ClientAddr = ip.IsUnspecified()
	if ported {
		said += ", "
		n, mapped, err := portNumber(port)
		switch {
		case err != nil:
			return next, said + "problem converting port '" + port + "' to an int", true
		case mapped && s.CheckPort == 0:
			return next, said + "can't change <port> to port map because it is incompatible with current health check port configuration " +
				"(use 'port' statement from the 'server' directive.", true
		case mapped:
			next.ClientPort, next.PortOffset = true, n
			said += "port changed from '" + strconv.Itoa(int(to)) + "' to '" + port + "'"
		case uint16(n) == to:
			said += "no need to change the port"
		default:
			said += fmt.Sprintf("port changed from '%d' to '%d'", to, uint16(n))
			to, next.ClientPort, next.PortOffset = uint16(n), false, 0
		}
	}
	o.Addr = netip.AddrPortFrom(ip, to)
	return next, said, true
}

// portNumber reads the number that a text begins with. With a sign it is to be
// added to the port that the client connected to.
func portNumber(text string) (n int, mapped bool, err error) {
	if text == "" || text[0] != '+' && text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return 0, false, strconv.ErrSyntax
	}
	return atoi(text), text[0] == '+' || text[0] == '-', nil
}
