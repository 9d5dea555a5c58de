package conn

import "golang.org/x/sys/unix"

// SilentDrop closes the connection without telling the peer: neither FIN nor RST
// leaves the machine ("silent-drop"). In repair mode the kernel forgets a socket
// without a word; where that needs a privilege that the process lacks, the RST
// is sent with a time-to-live that ends at the first router.
func (c *Conn) SilentDrop() {
	err := c.setInt(unix.IPPROTO_TCP, unix.TCP_REPAIR, 1)
	if err != nil {
		c.setInt(unix.IPPROTO_IP, unix.IP_TTL, 1)
		c.NoLinger()
	}
	c.Close()
}
