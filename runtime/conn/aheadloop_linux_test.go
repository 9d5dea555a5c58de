package conn

import (
	"bytes"
	"errors"
	"io"
	"net"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// woken is a handler that parks its connection and runs f when it is woken up.
type woken struct {
	parked chan struct{}
	f      func(c *Conn)
	done   chan struct{}
	again  bool
}

func (w *woken) Serve(c *Conn) Next {
	if !w.again {
		w.again = true
		close(w.parked)
		return Idle(0)
	}
	defer close(w.done)
	w.f(c)
	return Close()
}

func (w *woken) Idle(*Conn, error) Next { close(w.done); return Close() }

// keepBusy keeps the first loop from everything until free is closed.
func keepBusy(t *testing.T) (free chan struct{}) {
	busy, free := make(chan struct{}), make(chan struct{})
	go onLoop(t, 0, func() { close(busy); <-free })
	<-busy
	return free
}

// wakeTogether parks a connection for each of f on one loop, has send run for each of
// their peers while the loop is kept busy, and then f in the connections' tasks.
func wakeTogether(t *testing.T, send func(i int, p *net.TCPConn), f ...func(c *Conn)) {
	t.Helper()
	needLoops(t)
	if allLoops()[0].uring == nil {
		t.Skip("no io_uring")
	}
	var all []*woken
	var peers []*net.TCPConn
	for i := range f {
		c, p := pair(t)
		w := &woken{parked: make(chan struct{}), done: make(chan struct{}), f: f[i]}
		all, peers = append(all, w), append(peers, p)
		Serve(c, w)
		<-w.parked
	}
	onLoop(t, 0, func() {}) // has parked them by then
	free := keepBusy(t)
	for i, p := range peers {
		send(i, p)
	}
	close(free)
	for _, w := range all {
		<-w.done
	}
}

// TestAhead: what a loop has read for its readers comes first and once, whatever they
// read with, and is not taken for a silent peer.
func TestAhead(t *testing.T) {
	const said = "hello, world"
	ahead := func(f func(c *Conn)) func(c *Conn) {
		return func(c *Conn) {
			if !c.hasAhead() {
				t.Error("nothing was read ahead")
			}
			f(c)
		}
	}
	expect := func(what string, p []byte, err error, want string) {
		t.Helper()
		if string(p) != want || err != nil {
			t.Errorf("%s: %q, %v", what, p, err)
		}
	}
	read := func(c *Conn, want string) {
		t.Helper()
		p := make([]byte, len(want))
		_, err := io.ReadFull(c, p)
		expect("read", p, err, want)
	}
	wakeTogether(t, func(_ int, p *net.TCPConn) { p.Write([]byte(said)) },
		ahead(func(c *Conn) {
			read(c, said[:5])
			read(c, said[5:])
			if n := c.BytesIn(); n != uint64(len(said)) {
				t.Error("counted:", n)
			}
		}),
		ahead(func(c *Conn) {
			p := make([]byte, 5)
			n, err := c.Peek(p)
			expect("peek", p[:n], err, said[:5])
			read(c, said)
		}),
		ahead(func(c *Conn) {
			p, err := c.readPooled(NewBuffers(0), 7)
			expect("pooled", p, err, said[:7])
			p, err = c.readPooled(NewBuffers(0), 7)
			expect("pooled", p, err, said[7:])
		}),
		ahead(func(c *Conn) {
			if c.Usable() || c.Alive() || !c.unread() {
				t.Error("taken for silent")
			}
			c.Drain(1000, NewBuffers(0))
			if !c.Alive() {
				t.Error("not drained")
			}
		}),
		ahead(func(c *Conn) {
			p := make([]byte, 100)
			n, err := c.ReadNow(p)
			expect("now", p[:n], err, said)
			if n, err := c.ReadNow(p); n != 0 || err != nil {
				t.Error("now:", n, err)
			}
		}),
		ahead(func(c *Conn) {
			heard := false
			c.Watch(WatchSilent, func() { heard = true })
			c.Unwatch()
			if heard {
				t.Error("a peer that has said something is not gone")
			}
			read(c, said)
		}),
	)
}

// TestAheadOfSplice: what was read ahead for one that splices is forwarded before what
// it splices, also where it has begun to wait before.
func TestAheadOfSplice(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), 20000)
	begun := make(chan struct{}, 3)
	var all []func(c *Conn)
	var got []chan []byte
	for range 3 {
		out, p := pair(t)
		ch := make(chan []byte, 1)
		go func() {
			b, _ := io.ReadAll(p)
			ch <- b
		}()
		got = append(got, ch)
		all = append(all, func(c *Conn) {
			defer out.CloseWrite()
			c.Read(make([]byte, 1)) // the word that has woken it
			begun <- struct{}{}
			n, rerr, werr := Copy(out, c, int64(len(whole)), SpliceAlways, NewBuffers(0))
			if n != int64(len(whole)) || rerr != nil || werr != nil {
				t.Error(n, rerr, werr)
			}
		})
	}
	var peers []*net.TCPConn
	var sent sync.WaitGroup
	wakeTogether(t, func(i int, p *net.TCPConn) {
		p.Write([]byte("!"))
		if peers = append(peers, p); len(peers) < 3 {
			return
		}
		sent.Go(func() {
			for range 3 {
				<-begun
			}
			onLoop(t, 0, func() {}) // they wait by then
			free := keepBusy(t)
			for _, p := range peers {
				p.Write(whole[:1000])
			}
			close(free)
			for _, p := range peers {
				p.Write(whole[1000:])
			}
		})
	}, all...)
	sent.Wait()
	for _, ch := range got {
		if b := <-ch; !bytes.Equal(b, whole) {
			t.Errorf("%d bytes, of %d", len(b), len(whole))
		}
	}
}

// TestAheadOfTheEnd: ends and errors that a loop has found come after what was read
// before, and stay.
func TestAheadOfTheEnd(t *testing.T) {
	after := func(want error) func(c *Conn) {
		return func(c *Conn) {
			p := make([]byte, 100)
			n, err := c.Read(p)
			if want == io.EOF && (string(p[:n]) != "bye" || err != nil) {
				t.Errorf("%q, %v", p[:n], err)
			}
			if want == io.EOF {
				for range 2 {
					if n, err = c.Read(p); n != 0 || err != io.EOF {
						t.Error(n, err)
					}
				}
				return
			}
			if !errors.Is(Cause(err), want) {
				t.Errorf("%q, %v, not %v", p[:n], err, want)
			}
		}
	}
	wakeTogether(t, func(i int, p *net.TCPConn) {
		p.Write([]byte("bye"))
		p.CloseWrite()
	}, after(io.EOF), after(io.EOF), after(io.EOF))
	wakeTogether(t, func(i int, p *net.TCPConn) {
		p.SetLinger(0)
		p.Close()
	}, after(ErrReset), after(ErrReset))
	wakeTogether(t, func(_ int, p *net.TCPConn) { p.Write([]byte("x")) }, func(c *Conn) {
		c.Read(make([]byte, 1))
		d := c.sock.(*loopDescriptor)
		f := &d.loop.Load().fetching
		d.fetched(f, f.slot(), -int32(syscall.ECONNRESET)) // as if it had come between
		after(ErrReset)(c)
		if f.lent != 0 {
			t.Error("lent:", f.lent)
		}
	})
}

// heap keeps what the kernel is shown from lying on a stack.
var heap [][]byte

// TestAheadUnread: who closes without having read what was read ahead resets the
// connection, as without that.
func TestAheadUnread(t *testing.T) {
	leave := func(*Conn) {}
	var peers []*net.TCPConn
	wakeTogether(t, func(_ int, p *net.TCPConn) {
		p.Write([]byte("unheard"))
		peers = append(peers, p)
	}, leave, leave, leave)
	for _, p := range peers {
		if n, err := p.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Error(n, err)
		}
	}
}

// TestURing: operations are done in order, and one that would have to wait is over at
// once.
func TestURing(t *testing.T) {
	var r *uring
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the ring's thread ends
		if r = newURing(); r == nil {
			return
		}
		defer r.close()
		fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer syscall.Close(fds[1])
		p, ab, cd := new([10]byte)[:], []byte("ab"), []byte("cd")
		heap = [][]byte{p, ab, cd}
		r.add(uringRecv, fds[1], p, syscall.MSG_DONTWAIT)
		r.add(uringSend, fds[0], ab, syscall.MSG_DONTWAIT)
		r.add(uringSend, fds[0], cd, syscall.MSG_DONTWAIT)
		r.add(uringRecv, fds[1], p, syscall.MSG_DONTWAIT)
		r.add(uringClose, fds[0], nil, 0)
		r.submit()
		want := []int32{-int32(syscall.EAGAIN), 2, 2, 4, 0}
		for i, n := range want {
			if r.res[i] != n {
				t.Errorf("operation %d: %d, not %d", i, r.res[i], n)
			}
		}
		if string(p[:4]) != "abcd" {
			t.Errorf("%q", p)
		}
		if r.n != 0 || r.collect() != 0 {
			t.Error("something is left")
		}
		for range 10 * uringSize { // round the rings
			r.add(uringClose, -1, nil, 0)
			if r.submit(); r.res[0] != -int32(syscall.EBADF) {
				t.Error(r.res[0])
			}
		}
	}()
	<-done
	if r == nil {
		t.Skip("no io_uring")
	}
}

// TestManyChores: a loop may have more to close, and to hear of, than a system call
// takes.
func TestManyChores(t *testing.T) {
	needLoops(t)
	if allLoops()[0].uring == nil {
		t.Skip("no io_uring")
	}
	const silent = maxUnclosed - 1 // closed at once, the others when they have sent
	const n = silent + outboxSends
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var peers []net.Conn
	onLoop(t, 0, func() {
		var all []*Conn
		for range n {
			c, err := Dial(&DialOptions{Addr: addrOf(l), Timeout: 10 * time.Second})
			if err != nil {
				t.Error(err)
				return
			}
			p, err := l.Accept()
			if err != nil {
				t.Error(err)
				return
			}
			all, peers = append(all, c), append(peers, p)
		}
		for i, c := range all { // in one turn
			if i >= silent {
				c.Write([]byte{byte(i)})
			}
			c.Discard()
		}
	})
	for i, p := range peers {
		var want []byte
		if i >= silent {
			want = []byte{byte(i)}
		}
		if b, err := io.ReadAll(p); err != nil || !bytes.Equal(b, want) {
			t.Errorf("connection %d: %v, %v", i, b, err)
		}
		p.Close()
	}
}
