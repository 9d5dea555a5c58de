package balance

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// counted is a server whose load may change from many goroutines.
type counted struct {
	fake
	n atomic.Int64
}

func (c *counted) Served() int { return int(c.n.Load()) }

func bench(n int) []Server {
	ss := make([]Server, n)
	for i := range ss {
		ss[i] = &counted{fake: fake{id: i + 1, weight: 1 + i%3}}
	}
	return ss
}

var benchmarks = []Config{
	{Algorithm: RoundRobin},
	{Algorithm: StaticRR},
	{Algorithm: LeastConn},
	{Algorithm: First},
	{Algorithm: Random},
	{Algorithm: Source},
	{Algorithm: Source, Consistent: true, Avalanche: true},
	{Algorithm: URI, Function: WT6},
}

func (c Config) label(n int) string {
	name := c.Algorithm.String()
	if c.Consistent {
		name += "-consistent"
	}
	return fmt.Sprintf("%s/%d", name, n)
}

func TestNoAllocations(t *testing.T) {
	key := []byte{127, 0, 0, 1}
	for _, c := range benchmarks {
		ss := bench(20)
		b := New(c, ss)
		if n := testing.AllocsPerRun(200, func() { session(b, ss, key) }); n != 0 {
			t.Errorf("%s: %v allocations", c.label(20), n)
		}
	}
}

// session picks a server and takes and leaves it.
func session(b *Balancer, ss []Server, key []byte) {
	i := b.Pick(key, None)
	s := ss[i].(*counted)
	s.n.Add(1)
	b.Moved(i)
	s.n.Add(-1)
	b.Moved(i)
}

// BenchmarkPick picks servers by each algorithm.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./balance | tee new.txt
func BenchmarkPick(b *testing.B) {
	for _, c := range benchmarks {
		for _, n := range []int{3, 1000} {
			b.Run(c.label(n), func(b *testing.B) {
				ss := bench(n)
				lb := New(c, ss)
				b.ReportAllocs()
				b.RunParallel(func(pb *testing.PB) {
					key := []byte{127, 0, 0, 1}
					for pb.Next() {
						key[3]++
						session(lb, ss, key)
					}
				})
			})
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(c.label(1000), func(b *testing.B) {
			ss := bench(1000)
			lb := New(c, ss)
			for i := range b.N {
				s := ss[i%1000].(*counted)
				s.down = !s.down
				lb.Update(i % 1000)
			}
		})
	}
}

// TestParallel uses a balancer from many sides at once, for the race detector.
func TestParallel(t *testing.T) {
	for _, c := range benchmarks {
		ss := bench(5)
		b := New(c, ss)
		done := make(chan bool)
		for range 4 {
			go func() {
				for i := range 500 {
					session(b, ss, []byte{byte(i), byte(i >> 8), 0, 0})
				}
				done <- true
			}()
		}
		for range 100 {
			b.Update(2)
		}
		for range 4 {
			<-done
		}
		if got := b.Pick([]byte("abcd"), None); got < 0 || got > 4 {
			t.Errorf("%s: picks %d", c.label(5), got)
		}
	}
}
