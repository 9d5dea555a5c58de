package ring

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// rest reads all that is there.
func rest(r *Reader) (all []string) {
	for {
		m, ok := r.Next(nil)
		if !ok {
			return all
		}
		all = append(all, string(m))
	}
}

func TestBuffer(t *testing.T) {
	b := NewBuffer(100)
	early := b.Reader(nil)
	for i := range 50 {
		if !b.Append(fmt.Appendf(nil, "message %02d", i)) {
			t.Fatalf("%d refused", i)
		}
	}
	late := b.Reader(nil)
	// 10 bytes and 2 before them: 8 messages are 96 bytes.
	want := "message 42 message 43 message 44 message 45 message 46 message 47 message 48 message 49"
	for _, r := range []*Reader{early, late} {
		if got := strings.Join(rest(r), " "); got != want {
			t.Errorf("%s", got)
		}
	}
	if b.Append(make([]byte, 99)) {
		t.Error("a message that does not fit is taken")
	}
	if !b.Append(make([]byte, 98)) || len(rest(late)) != 1 {
		t.Error("the largest message is refused")
	}
	early.Seek()
	if len(rest(early)) != 0 {
		t.Error("there is something after the end")
	}
}

func TestPin(t *testing.T) {
	b := NewBuffer(30)
	r := b.Reader(nil)
	r.Pin(true)
	for i := range 3 {
		if b.Append(make([]byte, 10)) != (i < 2) {
			t.Errorf("message %d: a reader that pins loses another", i)
		}
	}
	r.Next(nil)
	if !b.Append(make([]byte, 10)) {
		t.Error("what was read is kept")
	}
	r.Pin(false)
	if !b.Append(make([]byte, 10)) {
		t.Error("what is not pinned is kept")
	}
	if n := len(rest(r)); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestArm(t *testing.T) {
	b := NewBuffer(100)
	var woken atomic.Int32
	r := b.Reader(func() { woken.Add(1) })
	b.Append(nil)
	if r.Arm() {
		t.Error("there was a message")
	}
	rest(r)
	if !r.Arm() {
		t.Error("there was none")
	}
	b.Append(nil)
	b.Append(nil)
	if woken.Load() != 1 || !r.Disarm() {
		t.Errorf("woken %d times", woken.Load())
	}
	rest(r)
	r.Arm()
	if r.Disarm() {
		t.Error("not woken")
	}
	b.Append(nil)
	if woken.Load() != 1 {
		t.Error("woken after Disarm")
	}
}

// FuzzBuffer compares a buffer with a list of messages.
func FuzzBuffer(f *testing.F) {
	f.Add(100, []byte{1, 2, 3, 250, 0, 9})
	f.Add(3000, []byte{255, 255, 240, 239, 16, 255, 255})
	f.Fuzz(func(t *testing.T, size int, sizes []byte) {
		size = 2 + abs(size)%8192
		b := NewBuffer(size)
		var list []string
		used := 0
		cost := func(m string) int { var h [maxHead]byte; return putHead(&h, len(m)) + len(m) }
		for i, n := range sizes {
			m := strings.Repeat(string(rune('a'+i%26)), int(n)*int(n)/7)
			if ok := b.Append([]byte(m)); ok != (cost(m) <= size) {
				t.Fatalf("%d bytes into %d: %v", len(m), size, ok)
			} else if !ok {
				continue
			}
			list, used = append(list, m), used+cost(m)
			for used > size {
				used -= cost(list[0])
				list = list[1:]
			}
		}
		if got, want := strings.Join(rest(b.Reader(nil)), "|"), strings.Join(list, "|"); got != want {
			t.Errorf("got %.200s, want %.200s", got, want)
		}
	})
}

func abs(n int) int { return max(n, -max(n, -1<<62)) }

// TestForward has a server go away in the middle.
func TestForward(t *testing.T) {
	for _, counted := range []bool{false, true} {
		b := NewBuffer(1000)
		conns := make(chan net.Conn)
		f := &Forwarder{Buffer: b, Counted: counted, Connect: time.Second, Server: time.Second,
			Dial: func(ctx context.Context) (net.Conn, error) {
				ours, theirs := net.Pipe()
				select {
				case conns <- theirs:
					return ours, nil
				case <-ctx.Done():
					return nil, errors.New("away")
				}
			}}
		f.Start()
		b.Append([]byte("one"))
		b.Append([]byte("second"))
		c := <-conns
		want := "one\nsecond\n"
		if counted {
			want = "3 one6 second"
		}
		got := make([]byte, len(want))
		if io.ReadFull(c, got); string(got) != want {
			t.Errorf("%q", got)
		}
		c.Close()
		b.Append([]byte("three"))
		c = <-conns
		c.SetReadDeadline(time.Now().Add(5 * time.Second))
		done := make(chan string)
		go func() {
			all, _ := io.ReadAll(bufio.NewReader(c))
			done <- string(all)
		}()
		b.Append([]byte("four"))
		f.Close()
		if got := <-done; strings.Count(got, "three") != 1 || strings.Count(got, "four") != 1 || strings.Contains(got, "one") {
			t.Errorf("%q", got)
		}
	}
}

// TestForwardWhole has a server take half a message: it comes again.
func TestForwardWhole(t *testing.T) {
	b := NewBuffer(1000)
	var p pack
	r := b.Reader(nil)
	b.Append([]byte("one"))
	b.Append([]byte("second"))
	p.fill(r, false)
	for n, want := range map[int]int{0: 2, 3: 2, 4: 1, 10: 1, 11: 0} {
		r.back(p.sent(n))
		if got := len(rest(r)); got != want {
			t.Errorf("after %d bytes %d are to be sent, want %d", n, got, want)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	r := NewBuffer(1 << 20)
	msg := bytes.Repeat([]byte("x"), 200)
	for b.Loop() {
		r.Append(msg)
	}
}
