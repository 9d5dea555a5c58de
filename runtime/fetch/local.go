package fetch

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
)

// interfaces are the machine's addresses. They change seldom, so they are read
// again every few seconds only, by whoever asks then.
var interfaces struct {
	mu    sync.Mutex
	read  atomic.Int64 // conn.Now, 0 for never
	addrs atomic.Pointer[map[netip.Addr]struct{}]
}

const interfacesAge = 10 * time.Second

// ownAddress reports whether a is one of this machine's addresses.
func ownAddress(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	all := interfaces.addrs.Load()
	if now := conn.Now(); (all == nil || now-interfaces.read.Load() > interfacesAge.Milliseconds()) && interfaces.mu.TryLock() {
		all = readInterfaces()
		interfaces.addrs.Store(all)
		interfaces.read.Store(now)
		interfaces.mu.Unlock()
	}
	if all == nil {
		return false
	}
	_, ok := (*all)[a.WithZone("")]
	return ok
}

func readInterfaces() *map[netip.Addr]struct{} {
	m := map[netip.Addr]struct{}{}
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			m[p.Addr().Unmap().WithZone("")] = struct{}{}
		}
	}
	return &m
}
