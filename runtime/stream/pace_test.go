package stream

import (
	"testing"
	"time"
)

// A second's worth of events passes at once, the others at the rate that is
// allowed; what was not used up is there again a second later.
func TestPacer(t *testing.T) {
	var p pacer
	p.limit.Store(100)
	for _, now := range []int64{1000, 2200} {
		for i := range 100 {
			if d := p.wait(now); d > 0 {
				t.Fatalf("event %d waits %v", i, d)
			}
		}
		for i := range 10 {
			want := time.Duration(i+1) * 10 * time.Millisecond
			if d := p.wait(now); d != want {
				t.Errorf("event %d waits %v, want %v", 100+i, d, want)
			}
		}
	}
}

func TestPacerUnlimited(t *testing.T) {
	var p pacer
	for range 1000 {
		if p.wait(0) > 0 {
			t.Fatal("no limit was set")
		}
	}
}
