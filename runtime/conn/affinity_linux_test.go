package conn

import (
	"net"
	"testing"
)

// TestListenerThreads: the connections of a listener that may have the second
// thread only are all there, however many.
func TestListenerThreads(t *testing.T) {
	Configure(Config{Threads: 2})
	defer Configure(Config{})
	l, err := Listen(&ListenOptions{Addr: loopback, Threads: 0b10})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	shards := make(chan int)
	go func() {
		defer close(ended)
		l.Serve(func(c *Conn) { go func() { shards <- c.Shard(); c.Close() }() })
	}()
	var open []net.Conn
	for range 20 {
		p, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, p)
		if s := <-shards; s != 1 {
			t.Errorf("on shard %d", s)
		}
	}
	for _, p := range open {
		p.Close()
	}
	l.Stop()
	<-ended
}

func TestCPUSet(t *testing.T) {
	var s CPUSet
	s.Add(0)
	s.Add(1023)
	for n, want := range map[int]bool{-1: false, 0: true, 1: false, 63: false, 64: false, 1023: true, 1024: false} {
		if s.Has(n) != want {
			t.Errorf("%d: %v", n, s.Has(n))
		}
	}
}
