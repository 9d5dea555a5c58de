package peer

import (
	"net"
	"strings"
	"sync"
	"testing"
)

// Recorder is a TCP server that writes fixed bytes and keeps what it is sent.
type Recorder struct {
	Addr string // "127.0.0.1:PORT"

	// Conns has an entry for each connection that [Record] has seen end:
	// everything that came over it, as it came.
	Conns Lines

	listener net.Listener
}

// Record starts a server that sends the reply as soon as the head of a
// request has come (its empty line), and goes on so for as long as the client
// keeps the connection. A reply of "" closes at once.
func Record(t testing.TB, reply string) *Recorder {
	t.Helper()
	return record(t, func(r *Recorder, c net.Conn) {
		var got strings.Builder
		defer func() { r.Conns.Add(got.String()) }()
		buf := make([]byte, 65536)
		answered := 0
		for {
			n, err := c.Read(buf)
			got.Write(buf[:n])
			for heads := strings.Count(got.String(), "\r\n\r\n"); answered < heads; answered++ {
				if reply == "" {
					return
				}
				if _, err := c.Write([]byte(reply)); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	})
}

// Serve starts a server that hands each connection to serve and closes it
// afterwards; what serve reads is the test's own business.
func Serve(t testing.TB, serve func(net.Conn)) *Recorder {
	t.Helper()
	return record(t, func(_ *Recorder, c net.Conn) { serve(c) })
}

func record(t testing.TB, serve func(*Recorder, net.Conn)) *Recorder {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Recorder{Addr: l.Addr().String(), listener: l}
	var (
		mu    sync.Mutex
		conns = map[net.Conn]bool{}
		group sync.WaitGroup
	)
	group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[c] = true
			mu.Unlock()
			group.Go(func() {
				defer c.Close()
				serve(r, c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		mu.Unlock()
		group.Wait()
	})
	return r
}

// Close stops listening: further connections are refused.
func (r *Recorder) Close() { r.listener.Close() }
