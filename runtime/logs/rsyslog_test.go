package logs

import (
	"net/netip"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
)

// TestRsyslog logs to the daemon that most systems have, which sorts by the
// tag, and on through its restart.
func TestRsyslog(t *testing.T) {
	daemon := peer.Rsyslog(t, "")
	store := NewStore(Identity{PID: 4242}, nil)
	var configs []Config
	for _, target := range []Target{Unix(daemon.Socket), UDP(netip.MustParseAddrPort(daemon.UDP))} {
		configs = append(configs, Config{Target: target, Len: DefaultLen, Facility: Local0, Max: Debug})
	}
	local, err := store.Logger("haproxy", configs[:1])
	if err != nil {
		t.Fatal(err)
	}
	udp, err := store.Logger("haproxy", configs[1:])
	if err != nil {
		t.Fatal(err)
	}
	other, err := store.Logger("app", configs[:1])
	if err != nil {
		t.Fatal(err)
	}
	local.Log(Info, []byte("over the socket"))
	udp.Log(Info, []byte("over UDP"))
	other.Log(Info, []byte("by another tag"))
	for _, text := range []string{"over the socket", "over UDP"} {
		if line := peer.WaitFile(t, daemon.Log, text); !strings.HasSuffix(line, " haproxy[4242]: "+text) {
			t.Errorf("the log has %q", line)
		}
	}
	peer.WaitFile(t, daemon.Other, "app[4242]: by another tag")

	daemon.Restart(t)
	local.Log(Info, []byte("after the restart"))
	peer.WaitFile(t, daemon.Log, "haproxy[4242]: after the restart")
	if store.Failed()+store.Dropped() != 0 {
		t.Errorf("%d lines failed, %d dropped", store.Failed(), store.Dropped())
	}
}
