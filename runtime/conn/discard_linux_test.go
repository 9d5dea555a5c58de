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
