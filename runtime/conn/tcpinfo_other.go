//go:build !linux

package conn

// TCPInfo reports false: only Linux is asked.
func (c *Conn) TCPInfo() (info TCPInfo, ok bool) { return TCPInfo{}, false }
