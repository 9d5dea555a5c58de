package logs

import (
	"fmt"
	"testing"

	"gohap/runtime/ring"
)

func TestRing(t *testing.T) {
	s := NewStore(Identity{PID: 7, Host: "me"}, nil)
	r := &Ring{Name: "r", Format: Raw, MaxLen: 12, Buffer: ring.NewBuffer(60)}
	to := Config{Target: ToRing(r), Len: 80, Max: Debug, Format: RFC5424}
	short := to
	short.Len = 5
	l, err := s.Logger("tag", []Config{to, short})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.Log(Info, []byte("a line that is too long\n"))
	read := r.Reader(nil)
	for _, want := range []string{"a line that ", "a lin"} {
		if got, ok := read.Next(nil); string(got) != want || !ok {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	read.Pin(true)
	for range 10 {
		l.Log(Info, []byte("0123456789ab"))
	}
	lost := r.Dropped()
	read.Pin(false)
	if lost == 0 {
		t.Fatal("nothing is dropped")
	}
	for {
		if _, ok := read.Next(nil); !ok {
			break
		}
	}
	l.Log(Info, nil)
	if got, _ := read.Next(nil); string(got) != fmt.Sprintf("%d events dr", lost) {
		t.Errorf("%d are lost, and it says %q", lost, got)
	}
	line := []byte("a line")
	if n := testing.AllocsPerRun(1000, func() { l.Log(Info, line) }); n > 0 && !raceEnabled {
		t.Errorf("%v allocations a line", n)
	}
}
