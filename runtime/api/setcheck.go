package api

import (
	"net/netip"
	"strconv"

	"gohap/parser/value"
	"gohap/runtime/core"
)

// setCheckTarget changes where the health check of a server connects to.
func (c *Call) setCheckTarget(s *core.Server) {
	if addr, port, ok := c.target(s.Health.Export().CheckHealth >= 0, "health"); ok {
		s.Mu.Lock()
		defer s.Mu.Unlock()
		addr.set(&s.CheckAddr)
		port.set(&s.CheckPort)
		c.process.Retarget(s)
	}
}

// setAgentTarget changes where the agent check of a server connects to, or what
// it says there.
func (c *Call) setAgentTarget(s *core.Server) {
	exists := s.Health.Export().AgentHealth >= 0
	if c.Arg(1) == "agent-send" {
		if !exists {
			c.Fail("agent checks are not enabled on this server.\n")
			return
		}
		s.Mu.Lock()
		defer s.Mu.Unlock()
		s.Agent.Send = c.Arg(2)
		c.process.Retarget(s)
		return
	}
	if addr, port, ok := c.target(exists, "agent"); ok {
		s.Mu.Lock()
		defer s.Mu.Unlock()
		addr.set(&s.Agent.Addr)
		port.set(&s.Agent.Port)
		c.process.Retarget(s)
	}
}

// newAddr and newPort are what a setting is to become; without given it stays.
type newAddr struct {
	given bool
	ip    netip.Addr
}

type newPort struct {
	given bool
	port  int
}

func (n newAddr) set(a *value.Addr) {
	if n.given {
		*a = value.Addr{Kind: value.IP, IP: n.ip}
	}
}

func (n newPort) set(p *int) {
	if n.given {
		*p = n.port
	}
}

// target reads "KIND-addr <addr> [port <port>]" or "KIND-port <port>". It reports
// false after an answer that says what is wrong.
func (c *Call) target(exists bool, kind string) (addr newAddr, port newPort, ok bool) {
	what, first := c.Arg(1), c.Arg(2)
	byPort := what == "check-port" || what == "agent-port"
	text := ""
	switch {
	case first == "" && byPort:
		c.Fail("set server <b>/<s> " + what + " requires a port.\n")
		return addr, port, false
	case first == "":
		c.Fail("set server <b>/<s> " + what + " requires an address and optionally a port.\n")
		return addr, port, false
	case !exists:
		c.Fail(kind + " checks are not enabled on this server")
		return addr, port, false
	case byPort:
		text, port.given = first, true
	default:
		ip, err := netip.ParseAddr(first)
		if err != nil || ip.Zone() != "" {
			c.Fail("invalid addr '" + first + "'")
			return addr, port, false
		}
		addr = newAddr{true, ip}
		text, port.given = c.Arg(4), c.Arg(3) == "port"
	}
	if !port.given {
		return addr, port, true
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		c.Fail("provided port is not an integer")
		return addr, port, false
	}
	if n < 0 || n > 65535 {
		c.Fail("provided port is invalid")
		return addr, port, false
	}
	port.port = n
	return addr, port, true
}
