//go:build !linux

package peer

import (
	"net"
	"strings"
	"syscall"
)

// silent returns those of the addresses that take no connection.
func silent(addrs []string) []string {
	var rest []string
	for _, addr := range addrs {
		networks := []string{"tcp"}
		if strings.HasPrefix(addr, "/") {
			networks = []string{"unix", "unixgram"}
		}
		if !connects(networks, addr) {
			rest = append(rest, addr)
		}
	}
	return rest
}

func connects(networks []string, addr string) bool {
	for _, network := range networks {
		if c, err := net.Dial(network, addr); err == nil {
			c.Close()
			return true
		}
	}
	return false
}

// alive reports whether a process of that id exists.
func alive(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }
