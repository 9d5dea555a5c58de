package logs

import (
	"net"
	"net/netip"
	"testing"

	"gohap/runtime/internal/peer"
)

var httpLine = []byte(`127.0.0.1:47944 [20/Nov/2026:17:41:36.222] http-in webservers/web1 0/0/0/1/1 200 176 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`)

// blackHole is a UDP port that is held and never read.
func blackHole(t testing.TB) Target {
	c, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return UDP(netip.MustParseAddrPort(c.LocalAddr().String()))
}

func TestLogDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools")
	}
	daemon := peer.SyslogUnix(t)
	store := NewStore(Identity{PID: 1, Host: "h"}, nil)
	var configs []Config
	for _, c := range []Config{{Target: blackHole(t)}, {Target: Unix(daemon.Addr)}, {Target: Unix("/nonexistent")}, {Target: FD(9999)}} {
		for format := Local; format <= Raw; format++ {
			c.Format, c.Len, c.Max = format, DefaultLen, Debug
			configs = append(configs, c)
		}
	}
	l, err := store.Logger("haproxy", configs)
	if err != nil {
		t.Fatal(err)
	}
	sd := []byte("[x@1]")
	if n := testing.AllocsPerRun(50, func() { l.LogSD(Info, sd, httpLine) }); n != 0 {
		t.Errorf("%v allocations per line", n)
	}
}

// BenchmarkLog sends log lines.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime/logs | tee new.txt
func BenchmarkLog(b *testing.B) {
	config := Config{Target: blackHole(b), Len: DefaultLen, Max: Debug, Facility: Local0}
	l, err := NewStore(Identity{PID: 1}, nil).Logger("haproxy", []Config{config})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			l.Log(Info, httpLine)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	l, err := NewStore(Identity{PID: 1}, nil).Logger("haproxy", []Config{{Target: FD(9999), Len: DefaultLen, Max: Debug}})
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		buf = l.outputs[0].render(buf[:0], Info, l.store.now(), nil, httpLine)
	}
}
