// Package address turns the addresses of a configuration into what sockets
// take: it resolves names while the configuration is read (configuration.txt
// 11).
package address

import (
	"context"
	"net"
	"net/netip"
	"time"

	"gohap/parser/value"
)

// resolveTimeout bounds the look-up of one name.
const resolveTimeout = 5 * time.Second

// Resolve returns the IP address of a, which text says, resolving its name if it
// has one. The error is in HAProxy's words.
func Resolve(a value.Addr, text string) (netip.Addr, error) {
	if a.Kind != value.Host {
		return a.IP, nil
	}
	network := "ip"
	switch a.Family {
	case value.IPv4:
		network = "ip4"
	case value.IPv6:
		network = "ip6"
	}
	ctx, cancel := context.WithTimeout(context.Background(), resolveTimeout)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, network, a.Host)
	if err != nil || len(ips) == 0 {
		return netip.Addr{}, value.InvalidAddress(a.Host, text)
	}
	// As getaddrinfo prefers: IPv4 first on machines without global IPv6.
	for _, ip := range ips {
		if ip = ip.Unmap(); ip.Is4() {
			return ip, nil
		}
	}
	return ips[0], nil
}
