//go:build !linux

package conn

import "golang.org/x/sys/unix"

// SilentDrop closes the connection with a RST that ends at the first router
// ("silent-drop").
func (c *Conn) SilentDrop() {
	c.setInt(unix.IPPROTO_IP, unix.IP_TTL, 1)
	c.Abort()
}
