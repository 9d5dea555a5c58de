package conn

import (
	"io"
	"testing"
)

// BenchmarkRelayEcho: 100 bytes there and back.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime/conn | tee new.txt
func BenchmarkRelayEcho(b *testing.B) {
	u := newTunnel(b, SpliceAuto)
	u.start()
	go io.Copy(u.server, struct{ io.Reader }{u.server})
	p := make([]byte, 100)
	b.ReportAllocs()
	for b.Loop() {
		u.client.Write(p)
		io.ReadFull(u.client, p)
	}
}

// BenchmarkRelayBulk: as much as goes through, one way.
func BenchmarkRelayBulk(b *testing.B) {
	for name, mode := range modes {
		b.Run(name, func(b *testing.B) {
			u := newTunnel(b, mode)
			u.start()
			go io.Copy(io.Discard, struct{ io.Reader }{u.server})
			p := make([]byte, 256<<10)
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				u.client.Write(p)
			}
		})
	}
}

// BenchmarkConn: accept, dial and close.
func BenchmarkConn(b *testing.B) {
	l, err := Listen(&ListenOptions{Addr: loopback})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Stop()
	ready := make(chan *Conn, 1)
	go l.Serve(func(c *Conn) { ready <- c })
	d := &DialOptions{Addr: l.Addr()}
	b.ReportAllocs()
	for b.Loop() {
		c, err := Dial(d)
		if err != nil {
			b.Fatal(err)
		}
		s := <-ready
		c.Abort()
		s.Abort()
	}
}

func BenchmarkBuffers(b *testing.B) {
	p := NewBuffers(0)
	b.RunParallel(func(b *testing.PB) {
		for b.Next() {
			p.Put(p.Get())
		}
	})
}

func BenchmarkNow(b *testing.B) {
	for b.Loop() {
		Now()
	}
}
