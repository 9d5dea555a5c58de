package runtime

import (
	"net"
	"net/netip"
	"testing"

	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
)

// TestPreambles reads what checks send about themselves.
func TestPreambles(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	src := netip.MustParseAddrPort(c.LocalAddr().String())
	for _, k := range []struct {
		version int
		never   bool
		want    string
	}{
		{1, false, "PROXY TCP4 127.0.0.1 127.0.0.1 "},
		{1, true, "PROXY TCP4 127.0.0.1 127.0.0.1 "},
		{2, false, string(proxyproto.AppendLocal(nil))},
		{2, true, string(proxyproto.AppendV2(nil, src, netip.MustParseAddrPort(l.Addr().String()), nil))},
	} {
		s := &core.Server{}
		s.SendProxy = k.version
		got := string(preamble(s, k.never)(c))
		if k.version == 1 {
			got = got[:min(len(got), len(k.want))]
		}
		if got != k.want {
			t.Errorf("version %d, never local %v: %q, want %q", k.version, k.never, got, k.want)
		}
	}
}
