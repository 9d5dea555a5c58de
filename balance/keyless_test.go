package balance

import (
	"testing"
)

// TestKeylessLikeHAProxy sends requests that lack the header which is hashed.
func TestKeylessLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, c := range hashConfigs {
		h := startHAProxy(t, " balance hdr(k)\n "+c.line, []string{"weight 3", "weight 1", "weight 2"})
		_, ss := fakes(3, 1, 2)
		cfg := c.config
		cfg.Algorithm = Hdr
		b := New(cfg, ss)
		var want, got []int
		for range 60 {
			want = append(want, h.pick("", "/", "")+1)
			got = append(got, b.Pick(nil, None)+1)
		}
		for i := range want {
			if want[i] != got[i] {
				t.Errorf("%q:\n got %v\nwant %v", c.line, got, want)
				break
			}
		}
	}
}

// TestRandom checks that the draws follow the weights, and the load.
func TestRandom(t *testing.T) {
	fs, ss := fakes(3, 1)
	b := New(Config{Algorithm: Random, Draws: 1}, ss)
	count := [2]int{}
	for range 20000 {
		count[b.Pick(nil, None)]++
	}
	// The ring itself is uneven by some percent.
	if share := float64(count[0]) / 20000; share < 0.6 || share > 0.9 {
		t.Errorf("three quarters of the weight get %.2f of the sessions", share)
	}
	fs[0].served = 100
	b = New(Config{Algorithm: Random, Draws: 30}, ss)
	for range 100 {
		if b.Pick(nil, None) != 1 {
			t.Fatal("the loaded one of two servers is picked")
		}
	}
}
