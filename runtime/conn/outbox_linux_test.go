package conn

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// dialOnLoop has f run in a task of the first loop, with a connection that the loop
// serves, whose peer p is.
func dialOnLoop(t *testing.T, f func(c *Conn, p *net.TCPConn)) {
	t.Helper()
	onLoop(t, 0, func() { dialBeside(t, f) })
}

// segmentsOut gives how many segments with data the connection has sent.
func segmentsOut(t *testing.T, c *Conn) (n uint32) {
	t.Helper()
	c.control(func(fd int) error {
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil {
			t.Error(err)
			return nil
		}
		n = info.Data_segs_out
		return nil
	})
	return n
}

// TestWritesOfATurn: what a task writes in a row goes out at once, when it waits, and
// in order with what does not wait.
func TestWritesOfATurn(t *testing.T) {
	large := bytes.Repeat([]byte("large"), 2000)
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		c.Write([]byte("one "))
		c.Writev([]byte("two "), nil, []byte("three "))
		if n := segmentsOut(t, c); n != 0 {
			t.Error("sent before the end of the turn:", n)
		}
		Sleep(time.Millisecond, nil)
		if n := segmentsOut(t, c); n != 1 {
			t.Error("segments:", n)
		}
		c.Write([]byte("four "))
		c.Write(large)
		c.Write([]byte("five"))
		c.CloseWrite()
		c.Flush()
		got, err := io.ReadAll(p)
		if want := "one two three four " + string(large) + "five"; string(got) != want || err != nil {
			t.Errorf("the peer got %d bytes of %d, %v", len(got), len(want), err)
		}
		if n := c.BytesOut(); n != uint64(len(got)) {
			t.Error("counted:", n)
		}
	})
}

// TestLastWords: what was written before a close arrives, with the end of the
// connection in the same segment.
func TestLastWords(t *testing.T) {
	var peer *net.TCPConn
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		c.Write([]byte("farewell"))
		c.Close()
		peer = p
	})
	got, err := io.ReadAll(peer)
	if string(got) != "farewell" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	raw, err := peer.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil {
			t.Error(err)
		} else if info.Segs_in > 3 { // two of the handshake and this
			t.Error("segments:", info.Segs_in)
		}
	})
}

// fill writes to c, whose peer does not read, little by little, until the system
// takes no more of it and some is owed.
func fill(t *testing.T, c *Conn) (total int) {
	t.Helper()
	c.SetBuffers(0, 4096)
	d := c.sock.(*loopDescriptor)
	for d.owed.Load() == nil && total < 100<<20 {
		n, err := c.Write(bytes.Repeat([]byte{byte(total)}, 1000))
		if err != nil {
			t.Error(err)
			return total
		}
		total += n
		c.Flush()
	}
	return total
}

// TestSlowPeer: what the system does not take at the end of a turn comes before what
// is written later, and a peer that never reads is noticed.
func TestSlowPeer(t *testing.T) {
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		fill(t, c)
		c.SetWriteTimeout(20 * time.Millisecond)
		var err error
		for err == nil {
			_, err = c.Write([]byte("more"))
			c.Flush()
		}
		if Cause(err) != ErrTimeout {
			t.Error("with a full pipe:", err)
		}
		if _, err := c.Write([]byte("more")); err == nil {
			t.Error("written after a failure")
		}
	})
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		total := fill(t, c)
		got := make(chan []byte, 1)
		go func() {
			b, _ := io.ReadAll(p)
			got <- b
		}()
		if n, err := c.Write([]byte("end")); n != 3 || err != nil {
			t.Error(n, err)
		}
		c.CloseWrite()
		if b := <-got; len(b) != total+3 || string(b[total:]) != "end" {
			t.Error("the peer got", len(b), "of", total+3)
		}
	})
}

// TestSlowPeerServed: what the system has no room for goes out when it has, whatever the
// task does meanwhile.
func TestSlowPeerServed(t *testing.T) {
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		total := fill(t, c)
		got := make(chan int, 1)
		go func() {
			p.SetReadDeadline(time.Now().Add(10 * time.Second))
			n, _ := io.ReadFull(p, make([]byte, total))
			p.Write([]byte("thanks"))
			got <- n
		}()
		b := make([]byte, 10)
		if n, err := c.Read(b); err != nil || string(b[:n]) != "thanks" {
			t.Error(string(b[:n]), err)
		}
		if n := <-got; n != total {
			t.Errorf("the peer got %d of %d", n, total)
		}
		if n, err := c.Write([]byte("more")); n != 4 || err != nil {
			t.Error(n, err)
		}
	})
}

// TestCloseBeforeTaken: a close does not lose what the system had no room for.
func TestCloseBeforeTaken(t *testing.T) {
	needLoops(t)
	allLoops() // they have some
	before := descriptors(t)
	total := 0
	var peer *net.TCPConn
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		total, peer = fill(t, c), p
		p.SetReadDeadline(time.Now().Add(10 * time.Second))
	})
	b, err := io.ReadAll(peer)
	if len(b) != total || err != nil {
		t.Errorf("the peer got %d of %d, %v", len(b), total, err)
	}
	peer.Close()
	for i := 0; descriptors(t) > before; i++ {
		if i > 1000 {
			t.Fatal("descriptors are left")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestAbortBeforeTaken: an abort throws it away.
func TestAbortBeforeTaken(t *testing.T) {
	var peer *net.TCPConn
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		fill(t, c)
		peer = p
		c.Abort()
	})
	if _, err := io.ReadAll(peer); err == nil {
		t.Error("no reset")
	}
}

// TestLateFailure: where a send at the end of a turn fails, who waits for an answer
// hears of it.
func TestLateFailure(t *testing.T) {
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		c.control(func(fd int) error { return unix.Shutdown(fd, unix.SHUT_WR) })
		if _, err := c.Write([]byte("lost")); err != nil {
			t.Log("the event came first:", err) // as good
			return
		}
		c.SetReadTimeout(10 * time.Second)
		if _, err := c.Read(make([]byte, 10)); err == nil || Cause(err) == ErrTimeout || err == io.EOF {
			t.Error("read:", err)
		}
		if _, err := c.Write([]byte("more")); err == nil {
			t.Error("written after a failure")
		}
	})
}

// TestLastWordsUnread: that the peer has sent what nobody reads does not cost it what was
// written before the close.
func TestLastWordsUnread(t *testing.T) {
	var peer *net.TCPConn
	dialOnLoop(t, func(c *Conn, p *net.TCPConn) {
		p.Write([]byte("unread"))
		c.WaitReadable()
		c.Write([]byte("farewell"))
		c.Close()
		peer = p
	})
	Settle()
	if got, _ := io.ReadAll(peer); string(got) != "farewell" {
		t.Errorf("%q", got)
	}
}

// TestTwoOfATurn: connections whose writes take turns get theirs whole and in order,
// also where a close follows and where the system has no room for some.
func TestTwoOfATurn(t *testing.T) {
	dialOnLoop(t, func(a *Conn, pa *net.TCPConn) {
		dialBeside(t, func(b *Conn, pb *net.TCPConn) {
			for i := range 3 {
				a.Write([]byte{'0' + byte(i)})
				b.Write([]byte{'0' + byte(i)})
			}
			a.Close()
			b.CloseWrite()
			b.Flush()
			for _, p := range []*net.TCPConn{pa, pb} {
				if got, err := io.ReadAll(p); string(got) != "012" || err != nil {
					t.Errorf("%q, %v", got, err)
				}
			}
		})
	})
	dialOnLoop(t, func(a *Conn, pa *net.TCPConn) {
		dialBeside(t, func(b *Conn, pb *net.TCPConn) {
			a.SetBuffers(0, 4096)
			d, total := a.sock.(*loopDescriptor), 0
			for d.owed.Load() == nil && total < 100<<20 {
				for range 200 { // more than the outbox holds
					if d.owed.Load() != nil {
						break // the next write would wait
					}
					n, _ := a.Write(bytes.Repeat([]byte{byte(total >> 10)}, 1024))
					b.Write([]byte("x"))
					total += n
				}
				a.Flush()
			}
			got := make(chan []byte, 1)
			go func() {
				pa.SetReadDeadline(time.Now().Add(10 * time.Second))
				p := make([]byte, total)
				n, _ := io.ReadFull(pa, p)
				got <- p[:n]
			}()
			p := <-joined(got)
			if len(p) != total {
				t.Errorf("%d of %d", len(p), total)
			}
			for i := range p {
				if p[i] != byte(i>>10) {
					t.Errorf("byte %d is of another block", i)
					break
				}
			}
		})
	})
}

// joined waits for a value in a task, whose loop goes on.
func joined(in <-chan []byte) <-chan []byte {
	out := make(chan []byte, 1)
	for {
		select {
		case v := <-in:
			out <- v
			return out
		default:
			Sleep(time.Millisecond, nil)
		}
	}
}

// dialBeside is dialOnLoop for a task of the loop.
func dialBeside(t *testing.T, f func(c *Conn, p *net.TCPConn)) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err)
		return
	}
	defer l.Close()
	c, err := Dial(&DialOptions{Addr: addrOf(l)})
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	p, err := l.Accept()
	if err != nil {
		t.Error(err)
		return
	}
	f(c, p.(*net.TCPConn))
}
