package conn

import (
	"io"
	"testing"
	"time"
)

// allocs measures f and fails where it allocates more than max times a run.
func allocs(t *testing.T, what string, max float64, f func()) {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector drops pooled buffers at will")
	}
	if n := testing.AllocsPerRun(200, f); n > max {
		t.Errorf("%s: %v allocations, at most %v allowed", what, n, max)
	}
}

// TestRelayAllocs: a message through a relay allocates nothing, on any way.
func TestRelayAllocs(t *testing.T) {
	eachMode(t, func(t *testing.T, mode SpliceMode) {
		u := newTunnel(t, mode)
		u.ClientTimeout, u.ServerTimeout = time.Minute, time.Minute
		u.start()
		b := make([]byte, 100)
		allocs(t, "a message each way", 0, func() {
			u.client.Write(b)
			io.ReadFull(u.server, b)
			u.server.Write(b)
			io.ReadFull(u.client, b)
		})
	})
}

// TestRequestAllocs: what a stream does for a request allocates nothing.
func TestRequestAllocs(t *testing.T) {
	c, p := pair(t)
	s, q := pair(t)
	bufs := NewBuffers(0)
	peer := make([]byte, 100)
	nothing := func() {}
	allocs(t, "a request", 0, func() {
		p.Write(peer)
		q.Write(peer)
		c.SetReadTimeout(10 * time.Second)
		c.WaitReadable()
		b := bufs.Get()
		c.Read(b)
		c.Watch(WatchClose, nothing)
		s.SetReadTimeout(30 * time.Second)
		s.Read(b)
		c.Unwatch()
		c.WriteMore(b[:10], nil, nil)
		c.Writev(b[:40], b[50:100], nil)
		io.ReadFull(p, peer)
		s.Alive()
		bufs.Put(b)
	})
}

// TestConnAllocs bounds what a connection costs from accept to close.
func TestConnAllocs(t *testing.T) {
	l, err := Listen(&ListenOptions{Addr: loopback})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Stop()
	ready := make(chan *Conn, 1)
	go l.Serve(func(c *Conn) { ready <- c })
	d := &DialOptions{Addr: l.Addr(), Timeout: time.Second}
	allocs(t, "accepting, dialling and closing", 26, func() {
		c, err := Dial(d)
		if err != nil {
			t.Fatal(err)
		}
		s := <-ready
		c.Abort()
		s.Abort()
	})
}

// TestTimersAllocs: waking up by Event and joining a Task allocate nothing once
// they have been used.
func TestTimersAllocs(t *testing.T) {
	var e Event
	var k Task
	e.Wait(time.Nanosecond)
	signal := e.Signal
	k.Go(signal)
	k.Join()
	e.Reset()
	allocs(t, "Event and Task", 0, func() {
		k.Go(signal)
		e.Wait(time.Minute)
		k.Join()
	})
}
