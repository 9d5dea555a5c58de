package peer

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// Ports are handed out below the range that systems take the local ends of
// connections from, and never twice in a process: a port that was only looked
// up may otherwise be somebody else's a moment later. Processes that test at
// the same time start at different places.
const (
	lowPort  = 10000
	highPort = 30000
)

var (
	portMu   sync.Mutex
	nextPort = lowPort + rand.IntN(highPort-lowPort)
)

// Port returns a free TCP port of 127.0.0.1. Nothing holds it.
func Port(t testing.TB) int {
	t.Helper()
	portMu.Lock()
	defer portMu.Unlock()
	for range highPort - lowPort {
		port := nextPort
		if nextPort++; nextPort == highPort {
			nextPort = lowPort
		}
		l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		l.Close()
		return port
	}
	t.Fatal("no free port")
	return 0
}

// Addr returns a free TCP address of loopback, "127.0.0.1:PORT".
func Addr(t testing.TB) string {
	t.Helper()
	return "127.0.0.1:" + strconv.Itoa(Port(t))
}
