package example

import (
	"net"
	"testing"

	"gohap/stats"
	"gohap/stats/internal/live"
)

// Start runs haproxy with the configuration until all checks have had a result,
// and returns the snapshot that mirrors it.
func Start(t *testing.T) (*live.HAProxy, *stats.Snapshot, Addrs) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	addr := func() string { return net.JoinHostPort("127.0.0.1", live.Port(t)) }
	a := Addrs{Web: addr(), Raw: addr(), Page: addr(), Open: l.Addr().String(), Shut: "127.0.0.1:1"}
	h := live.Start(t, Global, Config(a))
	h.Until(t, "show stat", Settled)
	return h, Snapshot(a), a
}
