package conn

import (
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

// descriptors counts the process's open ones.
func descriptors(t *testing.T) int {
	t.Helper()
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(d)
}

// TestNoLeaks: after sessions that ended in every way, neither descriptors nor
// goroutines are left, apart from the pipes that are kept on purpose.
func TestNoLeaks(t *testing.T) {
	l, err := Listen(&ListenOptions{Addr: loopback})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Stop()
	backend, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Close()
	go func() {
		for {
			s, err := backend.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(s, struct{ io.Reader }{s}); s.Close() }()
		}
	}()
	bufs := NewBuffers(0)
	to := &DialOptions{Addr: addrOf(backend)}
	go l.Serve(func(c *Conn) { Serve(c, &forwarder{to: to, bufs: bufs}) })
	session := func(i int) {
		p, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 200_000)
		go p.Write(make([]byte, len(b)))
		switch i % 4 {
		case 0: // to the end
			io.ReadFull(p, b)
			p.Close()
		case 1: // half-closed first
			io.ReadFull(p, b)
			p.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, p)
			p.Close()
		case 2:
			io.ReadFull(p, b[:100])
			reset(p.(*net.TCPConn))
		case 3:
			p.Close()
		}
	}
	session(0) // opens what stays open
	eventually(t, "the first session's end", func() bool { return l.Limit().Current() == 0 })
	_, kept := Pipes()
	fds, routines := descriptors(t)-2*kept, busy()
	for i := range 40 {
		session(i)
	}
	eventually(t, "all descriptors and goroutines gone", func() bool {
		used, kept := Pipes()
		return used == 0 && l.Limit().Current() == 0 &&
			descriptors(t)-2*kept <= fds && busy() <= routines
	})
}

// busy counts the goroutines and tasks that do not just wait for a job.
func busy() int {
	return runtime.NumGoroutine() - Spare()
}

// forwarder relays each connection to a server.
type forwarder struct {
	to   *DialOptions
	bufs *Buffers
	r    Relay
}

func (f *forwarder) Serve(c *Conn) Next {
	s, err := Dial(f.to)
	if err != nil {
		return Close()
	}
	f.r = Relay{Client: c, Server: s, Buffers: f.bufs, Done: func(*Relay, End) { s.Close() }}
	f.r.ToServer.Splice, f.r.ToClient.Splice = SpliceAuto, SpliceAlways
	return Tunnel(&f.r)
}

func (f *forwarder) Idle(*Conn, error) Next { return Close() }

// eventually waits for something that must come.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for", what)
		}
	}
}
