package conn

import (
	"io"
	"net"
	"testing"
	"time"
)

// TestDiscard: the memory of a connection that is over serves the next one, which
// knows nothing of it.
func TestDiscard(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	o := &DialOptions{Addr: addrOf(l)}
	dial := func() (*Conn, net.Conn) {
		c, err := Dial(o)
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return c, p
	}
	onLoop(t, 0, func() {
		c, p := dial()
		c.Write([]byte("lost"))
		c.Flush()
		c.SetReadTimeout(time.Millisecond)
		c.Read(make([]byte, 1))
		c.NoLinger()
		c.Interrupt()
		c.Discard()
		p.Close()

		again, p := dial()
		defer p.Close()
		if again != c {
			t.Error("not used again")
		}
		if again.Closed() || again.BytesIn() != 0 || again.BytesOut() != 0 || again.Remote() != o.Addr {
			t.Error("not as new")
		}
		again.Write([]byte("hello"))
		again.Flush()
		b := make([]byte, 5)
		if _, err := io.ReadFull(p, b); err != nil || string(b) != "hello" {
			t.Error(string(b), err)
		}
		p.Write([]byte("world"))
		if n, err := again.Read(b); err != nil || string(b[:n]) != "world" {
			t.Error(string(b), err)
		}
		// What the system has not taken yet still needs its memory.
		again.Write([]byte("last"))
		again.Discard()
		other, q := dial()
		defer q.Close()
		defer other.Close()
		if other == again {
			t.Error("used again while it was in use")
		}
		if rest, err := io.ReadAll(p); err != nil || string(rest) != "last" {
			t.Error(string(rest), err)
		}
	})
}

// once answers once, and says over which connection.
type once struct {
	seen chan *Conn
	keep bool
}

func (o *once) Serve(c *Conn) Next {
	if o.keep {
		c.Keep()
	}
	c.Write([]byte("bye"))
	o.seen <- c
	return Close()
}

func (o *once) Idle(*Conn, error) Next { return Close() }

// TestDiscardAccepted: so does that of a client's connection, once its handler has
// ended, unless the handler says otherwise.
func TestDiscardAccepted(t *testing.T) {
	needLoops(t)
	for _, keep := range []bool{false, true} {
		l, err := Listen(&ListenOptions{Addr: loopback})
		if err != nil {
			t.Fatal(err)
		}
		o := &once{make(chan *Conn, 1), keep}
		done := make(chan struct{})
		go func() {
			l.Serve(func(c *Conn) { Serve(c, o) })
			close(done)
		}()
		seen := map[*Conn]bool{}
		for range 5 {
			p, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(p); err != nil || string(b) != "bye" {
				t.Error(string(b), err)
			}
			p.Close()
			seen[<-o.seen] = true
		}
		if (len(seen) < 5) == keep {
			t.Errorf("keep %v: %d connections for 5", keep, len(seen))
		}
		l.Stop()
		<-done
	}
}
