package conn

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e Event
		start := time.Now()
		if e.Wait(time.Minute) {
			t.Fatal("a signal from nowhere")
		}
		if d := time.Since(start); d != time.Minute {
			t.Fatal("waited", d)
		}
		e.Signal()
		e.Signal() // counts once
		if !e.Wait(0) {
			t.Fatal("the mark was lost")
		}
		if e.Wait(time.Second) {
			t.Fatal("the mark counted twice")
		}
		e.Signal()
		e.Reset()
		if e.Wait(time.Second) {
			t.Fatal("the mark survived Reset")
		}
		time.AfterFunc(time.Second, e.Signal)
		start = time.Now()
		if !e.Wait(time.Hour) || time.Since(start) != time.Second {
			t.Fatal("woke up after", time.Since(start))
		}
	})
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var cancel Event
		if !Sleep(time.Second, nil) || !Sleep(time.Second, &cancel) || !Sleep(-1, nil) {
			t.Fatal("ended early")
		}
		if d := time.Since(start); d != 2*time.Second {
			t.Fatal("slept", d)
		}
		AfterFunc(time.Second, cancel.Signal)
		if Sleep(time.Hour, &cancel) || time.Since(start) != 3*time.Second {
			t.Fatal("not cancelled")
		}
	})
}

func TestTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		x := AfterFunc(time.Second, func() { n.Add(1) })
		x.Reset(time.Minute)
		time.Sleep(2 * time.Second)
		if n.Load() != 0 || !x.Stop() || x.Stop() {
			t.Fatal("fired, or stopped twice")
		}
		x.Reset(time.Second)
		time.Sleep(2 * time.Second)
		if n.Load() != 1 {
			t.Fatal("fired", n.Load(), "times")
		}
	})
}

func TestTask(t *testing.T) {
	var k Task
	k.Join() // nothing to wait for
	n := 0
	for range 3 {
		k.Go(func() { n++ })
		k.Join()
	}
	if n != 3 {
		t.Fatal(n)
	}
}

// bad panics when it is served.
type bad struct{}

func (bad) Serve(c *Conn) Next {
	c.Read(make([]byte, 1))
	panic("no such luck")
}

func (bad) Idle(*Conn, error) Next { return Close() }

// TestPanic: a panic ends its own connection and is reported, with a stack.
func TestPanic(t *testing.T) {
	type report struct {
		c     *Conn
		value any
		stack string
	}
	reports := make(chan report, 10)
	Configure(Config{OnPanic: func(c *Conn, v any, stack []byte) { reports <- report{c, v, string(stack)} }})
	defer Configure(Config{})
	c, p := pair(t)
	other, q := pair(t)
	Serve(other, &echo{NewBuffers(0)})
	Serve(c, bad{})
	p.Write([]byte("xy"))
	r := <-reports
	if r.c != c || r.value != "no such luck" || !strings.Contains(r.stack, "bad.Serve") {
		t.Fatalf("%+v", r)
	}
	if _, err := p.Read(make([]byte, 1)); Cause(err) != ErrReset {
		t.Fatal("the peer sees", err)
	}
	q.Write([]byte("x"))
	if _, err := io.ReadFull(q, make([]byte, 1)); err != nil {
		t.Fatal("another connection suffered:", err)
	}
	var k Task
	k.Go(func() { panic("in a task") })
	k.Join()
	if r := <-reports; r.value != "in a task" {
		t.Fatalf("%+v", r)
	}
}

// parked serves one byte a time and tells why it is no longer idle.
type parked struct {
	timeout time.Duration
	left    chan error
}

func (h *parked) Serve(c *Conn) Next {
	if _, err := c.Read(make([]byte, 1)); err != nil {
		h.left <- err
		return Close()
	}
	c.Write([]byte("x"))
	return Idle(h.timeout)
}

func (h *parked) Idle(c *Conn, err error) Next {
	c.Write([]byte("bye"))
	h.left <- err
	return Close()
}

func TestIdle(t *testing.T) {
	for name, x := range map[string]struct {
		timeout time.Duration
		leave   func(*Conn, *net.TCPConn)
		want    error
		said    string
	}{
		"timeout":     {30 * time.Millisecond, func(*Conn, *net.TCPConn) {}, ErrTimeout, "bye"},
		"interrupted": {0, func(c *Conn, _ *net.TCPConn) { c.Interrupt() }, ErrAborted, ""},
		"peer closes": {0, func(_ *Conn, p *net.TCPConn) { p.CloseWrite() }, io.EOF, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, p := pair(t)
			h := &parked{x.timeout, make(chan error, 1)}
			Serve(c, h)
			for range 2 {
				p.Write([]byte("x"))
				io.ReadFull(p, make([]byte, 1))
			}
			x.leave(c, p)
			if err := <-h.left; err != x.want {
				t.Fatal(err)
			}
			if said, _ := io.ReadAll(p); string(said) != x.said {
				t.Fatalf("the peer got %q", said)
			}
		})
	}
}

func TestShards(t *testing.T) {
	Configure(Config{Threads: 4})
	defer Configure(Config{})
	l, ch := listen(t, nil)
	seen := map[int]int{}
	for range 8 {
		p, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		c := <-ch
		defer c.Close()
		seen[c.Shard()]++
	}
	if len(seen) != 4 || seen[0] != 2 {
		t.Fatal(seen)
	}
}

func TestDate(t *testing.T) {
	n := 0
	d := Date{Format: func(dst []byte, s time.Time) []byte { n++; return s.AppendFormat(dst, "05.000") }}
	at := time.Date(2024, 1, 2, 3, 4, 5, 600e6, time.UTC)
	for range 3 {
		if got := string(d.Append([]byte("x"), at)); got != "x05.000" {
			t.Fatal(got)
		}
	}
	if d.Append(nil, at.Add(time.Second)); n != 2 {
		t.Fatal("formatted", n, "times")
	}
}
