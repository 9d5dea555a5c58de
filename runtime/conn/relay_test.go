package conn

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"
)

// tunnel is a relay between two real peers.
type tunnel struct {
	*Relay
	client, server *net.TCPConn
	done           chan End
}

func newTunnel(t testing.TB, mode SpliceMode) *tunnel {
	c, client := pair(t)
	s, server := pair(t)
	r := &Relay{Client: c, Server: s, Buffers: NewBuffers(0)}
	r.ToServer.Splice, r.ToClient.Splice = mode, mode
	return &tunnel{r, client, server, make(chan End, 1)}
}

func (u *tunnel) start() { go func() { u.done <- u.Run() }() }

var modes = map[string]SpliceMode{"never": SpliceNever, "auto": SpliceAuto, "always": SpliceAlways}

// eachMode runs a test in every splice mode.
func eachMode(t *testing.T, f func(t *testing.T, mode SpliceMode)) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) { f(t, mode) })
	}
}

func TestRelay(t *testing.T) {
	eachMode(t, func(t *testing.T, mode SpliceMode) {
		u := newTunnel(t, mode)
		u.ToServer.Pending = []byte("first ")
		u.start()
		up := bytes.Repeat([]byte("up"), 1<<20)
		go func() { u.client.Write(up); u.client.CloseWrite() }()
		got, _ := io.ReadAll(u.server)
		if !bytes.Equal(got, append([]byte("first "), up...)) {
			t.Fatal("wrong bytes to server")
		}
		u.server.Write([]byte("answer"))
		u.server.Close()
		if got, _ := io.ReadAll(u.client); string(got) != "answer" {
			t.Fatalf("client got %q", got)
		}
		if e := <-u.done; e != (End{First: ClientSide}) {
			t.Fatalf("%+v", e)
		}
		if u.ToServer.Bytes() != uint64(len(up)+6) || u.ToClient.Bytes() != 6 {
			t.Fatal(u.ToServer.Bytes(), u.ToClient.Bytes())
		}
		if in, out := u.Client.BytesIn(), u.Server.BytesOut(); in != uint64(len(up)) || out != in+6 {
			t.Fatal(in, out)
		}
	})
}

// TestRelayRandom sends loads of random sizes both ways at once, so that
// SpliceAuto changes over in the middle, and compares digests.
func TestRelayRandom(t *testing.T) {
	eachMode(t, func(t *testing.T, mode SpliceMode) {
		u := newTunnel(t, mode)
		u.start()
		digest := make(chan string, 4)
		send := func(c *net.TCPConn, seed uint64) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			src := rand.NewChaCha8([32]byte{byte(seed)})
			sum := sha256.New()
			p := make([]byte, 300_000)
			for range 60 {
				n := 1 + rnd.IntN(1<<rnd.IntN(19))
				src.Read(p[:n])
				sum.Write(p[:n])
				c.Write(p[:n])
			}
			c.CloseWrite()
			digest <- fmt.Sprintf("%d %x", seed, sum.Sum(nil))
		}
		receive := func(c *net.TCPConn, seed uint64) {
			sum := sha256.New()
			io.Copy(struct{ io.Writer }{sum}, c)
			digest <- fmt.Sprintf("%d %x", seed, sum.Sum(nil))
		}
		go send(u.client, 1)
		go send(u.server, 2)
		go receive(u.server, 1)
		go receive(u.client, 2)
		seen := map[string]int{}
		for range 4 {
			seen[<-digest]++
		}
		if len(seen) != 2 {
			t.Fatal("what was received is not what was sent", seen)
		}
		if e := <-u.done; e.Err != nil {
			t.Fatalf("%+v", e)
		}
	})
}

func TestRelayEnds(t *testing.T) {
	for _, x := range []struct {
		name string
		do   func(u *tunnel)
		want End
	}{
		{"client then server", func(u *tunnel) { u.client.Close(); io.ReadAll(u.server); u.server.Close() },
			End{First: ClientSide}},
		{"server then client", func(u *tunnel) { u.server.Close(); io.ReadAll(u.client); u.client.Close() },
			End{First: ServerSide}},
		{"client resets", func(u *tunnel) { reset(u.client) },
			End{First: ClientSide, Err: ErrReset, Side: ClientSide}},
		{"server resets", func(u *tunnel) { reset(u.server) },
			End{First: ServerSide, Err: ErrReset, Side: ServerSide}},
		{"client closes, server resets", func(u *tunnel) { u.client.CloseWrite(); io.ReadAll(u.server); reset(u.server) },
			End{First: ClientSide, Err: ErrReset, Side: ServerSide}},
		{"client silent", func(u *tunnel) { io.ReadAll(u.server); u.server.Close() },
			End{First: ClientSide, Err: ErrTimeout, Side: ClientSide}},
		{"stopped", func(u *tunnel) { u.Stop() }, End{Err: ErrAborted}},
	} {
		t.Run(x.name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, mode SpliceMode) {
				u := newTunnel(t, mode)
				if x.want.Err == ErrTimeout {
					u.ClientTimeout = 30 * time.Millisecond
				}
				u.start()
				// Traffic first, so that both directions are known to run.
				exchange(t, u.client, u.server)
				exchange(t, u.server, u.client)
				x.do(u)
				if e := <-u.done; e != x.want {
					t.Fatalf("%+v, want %+v", e, x.want)
				}
			})
		})
	}
}

func reset(c *net.TCPConn) {
	c.SetLinger(0)
	c.Close()
}

func exchange(t *testing.T, from, to *net.TCPConn) {
	t.Helper()
	from.Write([]byte("ping"))
	if _, err := io.ReadFull(to, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
}

// TestRelayActive: what is sent to a side keeps it from timing out.
func TestRelayActive(t *testing.T) {
	u := newTunnel(t, SpliceNever)
	u.ClientTimeout, u.ServerTimeout = 150*time.Millisecond, 150*time.Millisecond
	u.start()
	for range 20 {
		exchange(t, u.server, u.client)
		time.Sleep(20 * time.Millisecond)
	}
	select {
	case e := <-u.done:
		t.Fatalf("ended: %+v", e)
	default:
	}
	if e := <-u.done; e.Err != ErrTimeout {
		t.Fatalf("%+v", e)
	}
}

// TestRelayFin: the timeout for half-closed connections takes over, also for the
// direction that waits already, and begins with the half-close.
func TestRelayFin(t *testing.T) {
	u := newTunnel(t, SpliceNever)
	u.ClientTimeout, u.ServerTimeout, u.ServerFin = time.Hour, time.Hour, 50*time.Millisecond
	u.start()
	exchange(t, u.client, u.server)
	time.Sleep(100 * time.Millisecond)
	start := Now()
	u.client.CloseWrite()
	if e := <-u.done; e != (End{First: ClientSide, Err: ErrTimeout, Side: ServerSide}) {
		t.Fatalf("%+v", e)
	}
	if d := Now() - start; d < 50 {
		t.Fatalf("after %d ms", d)
	}
}

// TestRelaySilence: a silent side ends its direction only.
func TestRelaySilence(t *testing.T) {
	u := newTunnel(t, SpliceAuto)
	u.ClientTimeout, u.ServerTimeout = 30*time.Millisecond, time.Hour
	u.start()
	if got, err := io.ReadAll(u.server); len(got) != 0 || err != nil {
		t.Fatal("the server is not told:", got, err)
	}
	exchange(t, u.server, u.client)
	u.server.Close()
	if e := <-u.done; e != (End{First: ClientSide, Err: ErrTimeout, Side: ClientSide}) {
		t.Fatalf("%+v", e)
	}
}

// TestRelayIdleHoldsNothing: while nothing moves, no pipe is held.
func TestRelayIdleHoldsNothing(t *testing.T) {
	used := func() int { n, _ := Pipes(); return n }
	if used() != 0 {
		t.Fatal("pipes left over from before:", used())
	}
	u := newTunnel(t, SpliceAlways)
	u.start()
	exchange(t, u.client, u.server)
	exchange(t, u.server, u.client)
	for deadline := time.Now().Add(5 * time.Second); used() != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(used(), "pipes held by an idle relay")
		}
	}
	u.Stop()
	<-u.done
}

func TestCopy(t *testing.T) {
	eachMode(t, func(t *testing.T, mode SpliceMode) {
		bufs := NewBuffers(0)
		src, sp := pair(t)
		dst, dp := pair(t)
		body := make([]byte, 3<<20)
		rand.NewChaCha8([32]byte{}).Read(body)
		for _, n := range []int{0, 1, 100, 16384, 16385, 200_000, 2_000_000} {
			go sp.Write(body[:n])
			got := make([]byte, n)
			read := make(chan error, 1)
			go func() { _, err := io.ReadFull(dp, got); read <- err }()
			moved, rerr, werr := Copy(dst, src, int64(n), mode, bufs)
			if moved != int64(n) || rerr != nil || werr != nil {
				t.Fatal(n, moved, rerr, werr)
			}
			if err := <-read; err != nil || !bytes.Equal(got, body[:n]) {
				t.Fatal(n, "wrong bytes", err)
			}
		}
		go func() { sp.Write(body); sp.CloseWrite() }()
		go io.Copy(io.Discard, dp)
		if moved, rerr, werr := Copy(dst, src, -1, mode, bufs); moved != int64(len(body)) || rerr != nil || werr != nil {
			t.Fatal(moved, rerr, werr)
		}
		if _, rerr, _ := Copy(dst, src, 5, mode, bufs); rerr != io.EOF {
			t.Fatal("source ended early:", rerr)
		}
	})
}
