package balance

import "testing"

// TestBalanceFactor holds every session, all of the same key: the servers are
// those that haproxy picks.
func TestBalanceFactor(t *testing.T) {
	for _, c := range []struct {
		factor  int
		weights []int
		want    string
	}{
		{101, []int{1, 1, 1}, "233213213213"},
		{101, []int{3, 1, 2}, "233113123113"},
		{101, []int{1, 1, 1, 1, 1}, "453253421534"},
		{101, []int{10, 7}, "121211212112"},
		{110, []int{1, 1, 1}, "233213213232"},
		{110, []int{3, 1, 2}, "233113123131"},
		{110, []int{1, 1, 1, 1, 1}, "453253421543"},
		{110, []int{10, 7}, "121211212111"},
		{125, []int{1, 1, 1}, "233232132321"},
		{125, []int{3, 1, 2}, "233131231312"},
		{125, []int{1, 1, 1, 1, 1}, "453254325432"},
		{125, []int{10, 7}, "121211121112"},
		{150, []int{1, 1, 1}, "232323232323"},
		{150, []int{3, 1, 2}, "233132313231"},
		{150, []int{1, 1, 1, 1, 1}, "453543534254"},
		{150, []int{10, 7}, "121111111211"},
		{200, []int{1, 1, 1}, "232232232232"},
		{200, []int{3, 1, 2}, "233332332332"},
		{200, []int{1, 1, 1, 1, 1}, "455435454354"},
		{200, []int{10, 7}, "111111111111"},
		{333, []int{1, 1, 1}, "222222222222"},
		{333, []int{3, 1, 2}, "233223223323"},
		{333, []int{1, 1, 1, 1, 1}, "454454454454"},
		{333, []int{10, 7}, "111111111111"},
	} {
		fs, ss := fakes(c.weights...)
		b := New(Config{Algorithm: Source, Consistent: true, Avalanche: true, BalanceFactor: c.factor}, ss)
		got := ""
		for range c.want {
			i := b.Pick([]byte{127, 0, 0, 1}, None)
			got += string(rune('1' + i))
			fs[i].served++
			b.Moved(i)
		}
		if got != c.want {
			t.Errorf("factor %d, %v: %s, want %s", c.factor, c.weights, got, c.want)
		}
	}
}
