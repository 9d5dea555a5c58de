package peer

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
)

// silent returns those of the addresses that no socket listens on, according
// to the system's socket tables.
func silent(addrs []string) []string {
	ports := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(table)
		for line := range strings.Lines(string(text)) {
			// "  sl  local_address rem_address   st": state 0A is LISTEN.
			// The address is in host byte order; only its port is used.
			field := strings.Fields(line)
			if len(field) > 3 && field[3] == "0A" {
				ports[field[1][strings.IndexByte(field[1], ':')+1:]] = true
			}
		}
	}
	var rest []string
	for _, addr := range addrs {
		at, err := netip.ParseAddrPort(addr)
		if err == nil && ports[fmt.Sprintf("%04X", at.Port())] || err != nil && listeningUnix(addr) {
			continue
		}
		rest = append(rest, addr)
	}
	return rest
}

// listeningUnix connects: the table of unix sockets shows the name a socket
// was bound under, which haproxy renames afterwards.
func listeningUnix(path string) bool {
	for _, network := range []string{"unix", "unixgram"} {
		if c, err := net.Dial(network, path); err == nil {
			c.Close()
			return true
		}
	}
	return false
}

// alive reports whether the process runs; one that nobody has waited for yet
// does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return len(rest) > 0 && rest[0] != 'Z'
}
