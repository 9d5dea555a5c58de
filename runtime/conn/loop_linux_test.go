package conn

import (
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// needLoops skips a test of what only the loops do.
func needLoops(t testing.TB) {
	if portable() {
		t.Skip("runs on Go's poller")
	}
}

// onLoop runs f in a task of the loop of a shard, and waits for its end.
func onLoop(t testing.TB, shard int, f func()) {
	t.Helper()
	needLoops(t)
	done := make(chan struct{})
	l := allLoops()[shard]
	l.post(&waiter{loop: l, job: call(func() { defer close(done); f() })})
	<-done
}

// TestTasksOfALoop: tasks wake each other up, in any order, and sleep.
func TestTasksOfALoop(t *testing.T) {
	var said []string
	onLoop(t, 0, func() {
		var a, b, never Event
		var k Task
		k.Go(func() {
			said = append(said, "k waits")
			a.Wait(0)
			said = append(said, "k goes on")
			b.Signal()
		})
		said = append(said, "first")
		Sleep(time.Millisecond, nil)
		a.Signal()
		b.Wait(time.Minute)
		k.Join()
		k.Join() // nothing to wait for
		start := Now()
		if never.Wait(20*time.Millisecond) || Now()-start < 19 {
			t.Error("signalled from nowhere, after", Now()-start)
		}
		never.Signal()
		if !never.Wait(time.Minute) {
			t.Error("the mark was lost")
		}
		said = append(said, "last")
	})
	if want := []string{"first", "k waits", "k goes on", "last"}; !slices.Equal(said, want) {
		t.Error(said)
	}
}

// TestEventAcross: goroutines and loops wake each other up.
func TestEventAcross(t *testing.T) {
	needLoops(t)
	Configure(Config{Threads: 2})
	defer Configure(Config{})
	var ping, pong Event
	go onLoop(t, 0, func() {
		for range 1000 {
			ping.Wait(0)
			pong.Signal()
		}
	})
	for range 1000 {
		ping.Signal()
		pong.Wait(0)
	}
	go onLoop(t, 0, func() {
		for range 1000 {
			ping.Wait(0)
			pong.Signal()
		}
	})
	onLoop(t, 1, func() {
		for range 1000 {
			ping.Signal()
			pong.Wait(0)
		}
	})
}

// counted counts when it expires.
type counted struct {
	timer
	fired []int64
}

func (c *counted) expired(*loop) { c.fired = append(c.fired, c.due) }

func TestTimers(t *testing.T) {
	l := &loop{}
	rnd := rand.New(rand.NewPCG(1, 2))
	all := make([]counted, 200)
	due := make([]int64, len(all))
	for range 2000 {
		i := rnd.IntN(len(all))
		all[i].owner = &all[i]
		if rnd.IntN(4) == 0 {
			due[i] = 0
			l.timers.stop(&all[i].timer)
			continue
		}
		due[i] = int64(1 + rnd.IntN(1000))
		l.timers.set(&all[i].timer, due[i], l)
	}
	for now := int64(0); now <= 1001; now += 7 {
		next := int64(0)
		for i, d := range due {
			if d != 0 && len(all[i].fired) == 0 && (next == 0 || d < next) {
				next = d
			}
		}
		if l.timers.next() != next {
			t.Fatalf("next at %d: %d, want %d", now, l.timers.next(), next)
		}
		l.timers.expire(l, now)
		for i := range all {
			if fired := len(all[i].fired) == 1; fired != (due[i] != 0 && due[i] <= now) || len(all[i].fired) > 1 {
				t.Fatalf("at %d: timer for %d fired: %v", now, due[i], all[i].fired)
			}
		}
	}
}

// TestMove: an idle connection goes on working on another loop, and what comes
// during the move is not lost.
func TestMove(t *testing.T) {
	needLoops(t)
	Configure(Config{Threads: 2})
	defer Configure(Config{})
	c, p := pair(t)
	b := make([]byte, 1)
	for i := range 200 {
		go p.Write([]byte{byte(i)})
		c.Move(i % 2)
		if c.Shard() != i%2 {
			t.Fatal(c.Shard())
		}
		if _, err := io.ReadFull(c, b); err != nil || b[0] != byte(i) {
			t.Fatal(b, err)
		}
	}
}

// greedy never waits: its peer keeps it supplied.
type greedy struct{ stop atomic.Bool }

func (g *greedy) Serve(c *Conn) Next {
	b := make([]byte, 100)
	for !g.stop.Load() {
		if _, err := c.Read(b); err != nil {
			break
		}
	}
	return Close()
}

func (g *greedy) Idle(*Conn, error) Next { return Close() }

// TestFairness: a connection that always has something to read does not keep
// others of its loop from being served.
func TestFairness(t *testing.T) {
	g := &greedy{}
	defer g.stop.Store(true)
	c, p := pair(t)
	Serve(c, g)
	go func() {
		for b := make([]byte, 1<<20); ; {
			if _, err := p.Write(b); err != nil {
				return
			}
		}
	}()
	other, q := pair(t)
	Serve(other, &echo{NewBuffers(0)})
	for range 20 {
		q.Write([]byte("x"))
		if _, err := io.ReadFull(q, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
}

// slow computes for a while.
type slow struct {
	d    time.Duration
	over atomic.Bool
}

func (s *slow) Serve(c *Conn) Next {
	for end := time.Now().Add(s.d); time.Now().Before(end); {
	}
	s.over.Store(true)
	return Close()
}

func (*slow) Idle(*Conn, error) Next { return Close() }

// TestStall: a task that computes for two seconds is reported with its stack, and
// delays only its own loop.
func TestStall(t *testing.T) {
	needLoops(t)
	reports := make(chan string, 10)
	Configure(Config{Threads: 2, OnStall: func(shard int, d time.Duration, stack []byte) {
		reports <- string(stack)
	}})
	defer Configure(Config{})
	c, p := pair(t)
	other, q := pair(t)
	other.Move(1 - c.Shard())
	Serve(other, &echo{NewBuffers(0)})
	s := &slow{d: 2 * time.Second}
	Serve(c, s)
	q.Write([]byte("x"))
	if _, err := io.ReadFull(q, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if s.over.Load() {
		t.Error("the other loop was served only after the busy one")
	}
	io.Copy(io.Discard, p)
	if r := <-reports; !strings.Contains(r, "slow).Serve") {
		t.Errorf("reported: %s", r)
	}
}

// TestShareListener: two loops accept from one listener, all that comes.
func TestShareListener(t *testing.T) {
	Configure(Config{Threads: 2})
	defer Configure(Config{})
	l, err := Listen(&ListenOptions{Addr: loopback, Maxconn: 10})
	if err != nil {
		t.Fatal(err)
	}
	bufs := NewBuffers(0)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Serve(func(c *Conn) { Serve(c, &echo{bufs}) })
	}()
	done := make(chan error)
	for range 20 { // twice as many as are let in at a time
		go func() {
			for range 50 {
				p, err := net.Dial("tcp", l.Addr().String())
				if err == nil {
					p.Write([]byte("x"))
					_, err = io.ReadFull(p, make([]byte, 1))
					p.Close()
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	l.Stop()
	<-ended
	eventually(t, "the last session's end", func() bool { return l.Limit().Current() == 0 })
}

// TestAliveHoldsNobodyUp: Alive, Usable and Drain may be called with a lock held,
// however often.
func TestAliveHoldsNobodyUp(t *testing.T) {
	c, p := pair(t)
	p.Write([]byte("x"))
	var turns, before atomic.Int32
	onLoop(t, c.Shard(), func() {
		Go(func() { turns.Add(1) })
		for range 10 * fairStreak {
			if c.Alive() {
				break
			}
		}
		before.Store(turns.Load())
	})
	if before.Load() > 0 {
		t.Error("another task had its turn")
	}
}

// echoOne is a handler that answers each byte, and notes it.
type echoOne struct{ note func(string) }

func (e *echoOne) Serve(c *Conn) Next {
	var b [1]byte
	if _, err := c.Read(b[:]); err != nil {
		return Close()
	}
	e.note("light")
	return Idle(0)
}

func (e *echoOne) Idle(*Conn, error) Next { return Close() }

// TestHeavy: what is light gets its turn between any two of the heavy tasks.
func TestHeavy(t *testing.T) {
	needLoops(t)
	Configure(Config{Threads: 1})
	defer Configure(Config{})
	c, p := pair(t)
	var said []string // by the loop only
	Serve(c, &echoOne{note: func(s string) { said = append(said, s) }})
	const n = 5
	done := make(chan struct{})
	onLoop(t, c.Shard(), func() {
		for i := range n {
			Go(func() {
				c.waitHeavy()
				said = append(said, "heavy")
				p.Write([]byte("x")) // light work turns up
				if i == n-1 {
					close(done)
				}
			})
		}
	})
	<-done
	var got []string
	onLoop(t, c.Shard(), func() { got = slices.Clone(said) })
	for i := range 2*n - 1 {
		if want := []string{"heavy", "light"}[i%2]; i >= len(got) || got[i] != want {
			t.Fatal(got)
		}
	}
}
