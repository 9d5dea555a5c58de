package main

import (
	"net"
	"os"
	"strconv"
)

// notify sends a message to the service manager that started a master with -Ws.
// Without one it does nothing.
func (m *master) notify(message string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" || !m.p.opts.systemd {
		return
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return
	}
	defer c.Close()
	c.Write([]byte(message))
}

// notifyReady says that the service is up, or up again. The status has a message
// of its own: the first one is HAProxy's, byte for byte.
func (m *master) notifyReady(status string) {
	m.notify("READY=1\nMAINPID=" + strconv.Itoa(os.Getpid()))
	m.notify("STATUS=" + status)
}
