package health

import (
	"fmt"
	"net"
)

// ProxyV1 is the PROXY line that a check sends about its own connection
// (`check-send-proxy` with `send-proxy`).
func ProxyV1(c net.Conn) []byte {
	local, ok := c.LocalAddr().(*net.TCPAddr)
	remote, ok2 := c.RemoteAddr().(*net.TCPAddr)
	if !ok || !ok2 {
		return []byte("PROXY UNKNOWN\r\n")
	}
	family := "TCP6"
	if local.IP.To4() != nil {
		family = "TCP4"
	}
	return fmt.Appendf(nil, "PROXY %s %s %s %d %d\r\n",
		family, local.IP, remote.IP, local.Port, remote.Port)
}

// ProxyV2 is the header of version 2 that a check sends: a LOCAL command, which
// tells of no address.
func ProxyV2(net.Conn) []byte {
	return []byte("\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00")
}
