package conn

import (
	"syscall"
	"time"
)

// KeepAlive holds the parameters of TCP keep-alive probes. Zero fields leave the
// system's defaults.
type KeepAlive struct {
	Idle  time.Duration // silence before the first probe, in whole seconds
	Intvl time.Duration // between probes, in whole seconds
	Count int           // unanswered probes before the connection is dropped
}

// NoLinger has a later close drop the connection at once: unsent bytes are
// thrown away and the peer gets a RST ("option nolinger").
func (c *Conn) NoLinger() error {
	c.abortive()
	return c.control(func(fd int) error {
		return syscall.SetsockoptLinger(fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	})
}

// NoDelay turns Nagle's algorithm off or on. It is off on every TCP connection
// of this package from the start.
func (c *Conn) NoDelay(on bool) error {
	return c.setInt(syscall.IPPROTO_TCP, syscall.TCP_NODELAY, boolInt(on))
}

// SetKeepAlive turns on TCP keep-alive probes ("option clitcpka", "srvtcpka").
func (c *Conn) SetKeepAlive(k KeepAlive) error {
	return c.control(func(fd int) error { return setKeepAlive(fd, k) })
}

func (c *Conn) setInt(level, opt, value int) error {
	if c.unix && level == syscall.IPPROTO_TCP {
		return nil
	}
	return c.control(func(fd int) error { return syscall.SetsockoptInt(fd, level, opt, value) })
}

func setKeepAlive(fd int, k KeepAlive) error {
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1); err != nil {
		return err
	}
	for _, o := range [...]struct{ opt, v int }{
		{tcpKeepIdle, int(k.Idle / time.Second)},
		{tcpKeepIntvl, int(k.Intvl / time.Second)},
		{tcpKeepCnt, k.Count},
	} {
		if o.v <= 0 {
			continue
		}
		if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, o.opt, o.v); err != nil {
			return err
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// SetBuffers sets the sizes of the kernel's buffers in bytes; zero leaves one as
// the system has it ("tune.rcvbuf.client" and the like).
func (c *Conn) SetBuffers(receive, send int) error {
	if receive > 0 {
		if err := c.setInt(syscall.SOL_SOCKET, syscall.SO_RCVBUF, receive); err != nil {
			return err
		}
	}
	if send > 0 {
		return c.setInt(syscall.SOL_SOCKET, syscall.SO_SNDBUF, send)
	}
	return nil
}
