package conn

import (
	"io"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

var loopback = netip.MustParseAddrPort("127.0.0.1:0")

// listen opens a loopback listener that hands over what it accepts.
func listen(t testing.TB, o *ListenOptions) (*Listener, <-chan *Conn) {
	t.Helper()
	if o == nil {
		o = &ListenOptions{}
	}
	if o.Kind == ListenTCP && !o.Addr.IsValid() {
		o.Addr = loopback
	}
	l, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ch := make(chan *Conn, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Serve(func(c *Conn) { ch <- c })
	}()
	t.Cleanup(func() {
		l.Stop()
		<-done
		close(ch)
		for c := range ch {
			c.Close()
		}
	})
	return l, ch
}

// pair gives both ends of a TCP connection: ours and a peer of the net package.
func pair(t testing.TB) (*Conn, *net.TCPConn) {
	t.Helper()
	l, ch := listen(t, nil)
	p, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := <-ch
	t.Cleanup(func() { p.Close(); c.Close() })
	return c, p.(*net.TCPConn)
}

func TestReadWrite(t *testing.T) {
	c, p := pair(t)
	go p.Write([]byte("hello"))
	b := make([]byte, 16)
	n, err := c.Read(b)
	if err != nil || string(b[:n]) != "hello" {
		t.Fatalf("read %q, %v", b[:n], err)
	}
	if n, err := c.Writev([]byte("ab"), nil, []byte("cd")); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	c.CloseWrite()
	got, _ := io.ReadAll(p)
	if string(got) != "abcd" {
		t.Fatalf("peer got %q", got)
	}
	p.Close()
	if n, err := c.Read(b); n != 0 || err != io.EOF {
		t.Fatalf("at the end: %d, %v", n, err)
	}
	if c.BytesIn() != 5 || c.BytesOut() != 4 {
		t.Fatal(c.BytesIn(), c.BytesOut())
	}
}

func TestReadTimeout(t *testing.T) {
	c, p := pair(t)
	b := make([]byte, 16)
	c.SetReadTimeout(20 * time.Millisecond)
	for range 2 {
		start := Now()
		if _, err := c.Read(b); err != ErrTimeout {
			t.Fatal(err)
		}
		if d := Now() - start; d < 20 {
			t.Fatalf("after %d ms", d)
		}
	}
	// A timer that was left armed for an earlier deadline must not end a later,
	// longer wait.
	c.SetReadTimeout(time.Hour)
	time.AfterFunc(50*time.Millisecond, func() { p.Write([]byte("x")) })
	if _, err := c.Read(b); err != nil {
		t.Fatal(err)
	}
}

func TestWriteTimeout(t *testing.T) {
	c, _ := pair(t)
	c.SetWriteTimeout(30 * time.Millisecond)
	n, err := c.Write(make([]byte, 64<<20))
	if err != ErrTimeout || n == 0 {
		t.Fatal(n, err)
	}
}

func TestInterrupt(t *testing.T) {
	c, p := pair(t)
	time.AfterFunc(10*time.Millisecond, c.Interrupt)
	b := make([]byte, 1)
	for range 2 {
		if _, err := c.Read(b); err != ErrAborted {
			t.Fatal(err)
		}
	}
	c.Resume()
	p.Write([]byte("x"))
	if _, err := c.Read(b); err != nil {
		t.Fatal(err)
	}
}

func TestAbortResets(t *testing.T) {
	c, p := pair(t)
	c.Abort()
	if _, err := p.Read(make([]byte, 1)); Cause(err) != ErrReset {
		t.Fatalf("peer sees %v", err)
	}
	if _, err := c.Read(make([]byte, 1)); err != ErrClosed {
		t.Fatal(err)
	}
}

func TestAlive(t *testing.T) {
	c, p := pair(t)
	if !c.Alive() {
		t.Fatal("fresh connection")
	}
	p.Write([]byte("x"))
	if c.WaitReadable(); c.Alive() {
		t.Fatal("with unexpected bytes")
	}
	c, p = pair(t)
	p.Close()
	if c.WaitReadable(); c.Alive() {
		t.Fatal("closed by the peer")
	}
}

// stop stops a listener and waits until its socket is closed.
func stop(l *Listener) {
	l.Stop()
	for l.WithFD(func(int) error { return nil }) == nil {
		runtime.Gosched()
	}
}

func TestDial(t *testing.T) {
	l, ch := listen(t, nil)
	c, err := Dial(&DialOptions{Addr: l.Addr(), Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := <-ch
	defer s.Close()
	if c.Remote() != l.Addr() || c.Local() != s.Remote() || s.Local() != l.Addr() {
		t.Fatal(c.Remote(), c.Local(), s.Remote(), s.Local())
	}
	stop(l)
	_, err = Dial(&DialOptions{Addr: c.Remote()})
	if Cause(err) != ErrRefused || Strerror(err) != "Connection refused" {
		t.Fatal(err)
	}
}

type echo struct{ bufs *Buffers }

func (e *echo) Serve(c *Conn) Next {
	p := e.bufs.Get()
	defer e.bufs.Put(p)
	n, err := c.Read(p)
	if err != nil {
		return Close()
	}
	c.Write(p[:n])
	return Idle(time.Second)
}

func (e *echo) Idle(*Conn, error) Next { return Close() }

func TestServe(t *testing.T) {
	c, p := pair(t)
	closed := make(chan struct{})
	c.OnClose(func() { close(closed) })
	Serve(c, &echo{NewBuffers(0)})
	b := make([]byte, 1)
	for range 3 {
		p.Write([]byte("x"))
		if _, err := io.ReadFull(p, b); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	<-closed
}

// TestDrain: what was not read would have the close reset the connection, and
// the peer lose what it was sent.
func TestDrain(t *testing.T) {
	c, p := pair(t)
	p.Write(make([]byte, 100_000))
	c.WaitReadable()
	c.Write([]byte("answer"))
	p.CloseWrite()
	b := NewBuffers(0)
	for c.BytesIn() < 100_000 {
		c.WaitReadable()
		c.Drain(1<<20, b)
	}
	c.Close()
	if got, err := io.ReadAll(p); string(got) != "answer" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestListenerFile(t *testing.T) {
	l, _ := listen(t, nil)
	f, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := net.FileListener(f)
	if err != nil || n.Addr().String() != l.Addr().String() {
		t.Fatal(err)
	}
	n.Close()
}

// TestLazyTimer: setting timeouts for each request leaves the poller's timer
// alone as long as it is due early enough.
func TestLazyTimer(t *testing.T) {
	c, p := pair(t)
	b := make([]byte, 1)
	first := int64(0)
	for i := range 100 {
		c.SetReadTimeout(10*time.Second + time.Duration(i)*100*time.Millisecond)
		done := make(chan error)
		go func() { _, err := c.Read(b); done <- err }()
		if i == 0 {
			time.Sleep(5 * time.Millisecond) // so that the read waits
		}
		p.Write([]byte{0})
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if first == 0 {
			first = c.r.armed
		}
		if c.r.armed != first {
			t.Fatal("the timer was moved by request", i)
		}
	}
}
