package balance

import (
	"fmt"
	"testing"
)

// The orders that haproxy 2.6.12 serves.
func TestRotation(t *testing.T) {
	for _, c := range []struct {
		algorithm Algorithm
		weights   []int
		want      string
	}{
		{RoundRobin, []int{1, 1}, "12121212"},
		{RoundRobin, []int{1, 1, 1}, "123123"},
		{RoundRobin, []int{3, 1}, "111211121112"},
		{RoundRobin, []int{1, 3}, "222122212221"},
		{RoundRobin, []int{5, 3, 1}, "112132112112132112"},
		{RoundRobin, []int{1, 3, 5}, "332312332332312332"},
		{RoundRobin, []int{4, 3, 2, 1}, "12132141231213214123"},
		{RoundRobin, []int{7, 3, 2}, "112131211123"},
		{StaticRR, []int{1, 1}, "12121212"},
		{StaticRR, []int{3, 1}, "11121112"},
		{StaticRR, []int{1, 3}, "12221222"},
		{StaticRR, []int{5, 3, 1}, "112121213112121213"},
		{StaticRR, []int{1, 3, 5}, "132323233132323233"},
		{StaticRR, []int{4, 3, 2, 1}, "12123121341212312134"},
	} {
		_, ss := fakes(c.weights...)
		b := New(Config{Algorithm: c.algorithm}, ss)
		if got := digits(b, len(c.want)); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.algorithm, c.weights, got, c.want)
		}
	}
}

// event changes a server's weight, 0 for down, before a pick.
type event struct{ at, server, weight int }

func TestRotationChanges(t *testing.T) {
	for _, c := range []struct {
		weights []int
		events  []event
		want    string
	}{
		{[]int{1, 1, 1}, []event{{4, 2, 0}, {12, 2, 1}}, "123131313131312312312312"},
		{[]int{1, 1, 1}, []event{{5, 1, 0}, {12, 1, 1}}, "123123232323231231231231"},
		{[]int{5, 3, 1}, []event{{7, 1, 0}, {20, 1, 5}}, "1121321222223222322213211211213211211213"},
		{[]int{1, 1}, []event{{5, 1, 3}}, "121212111211121112111211121112"},
		{[]int{3, 1}, []event{{5, 1, 1}}, "111212121212121212121212121212"},
		{[]int{1, 2, 3}, []event{{0, 3, 0}, {10, 3, 3}}, "2212212212231323231323231323231323231323"},
		{[]int{1, 1, 1, 1}, []event{{0, 1, 0}, {0, 2, 0}, {8, 2, 1}, {14, 1, 1}}, "343434343423423421342134213421"},
	} {
		fs, ss := fakes(c.weights...)
		b := New(Config{}, ss)
		got := ""
		for i := range c.want {
			for _, e := range c.events {
				if e.at == i {
					fs[e.server-1].weight = e.weight
					b.Update(e.server - 1)
				}
			}
			got += digits(b, 1)
		}
		if got != c.want {
			t.Errorf("%v %v:\n%s, want\n%s", c.weights, c.events, got, c.want)
		}
	}
}

func TestRotationLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, name := range []string{"roundrobin", "static-rr"} {
		for _, weights := range [][]int{{1, 1}, {3, 1}, {5, 3, 1}, {1, 8, 4, 11, 1, 3}, {13, 11, 7, 5, 3, 2}, {255, 200, 3}} {
			var lines []string
			for _, w := range weights {
				lines = append(lines, fmt.Sprint("weight ", w))
			}
			h := startHAProxy(t, " balance "+name, lines)
			_, ss := fakes(weights...)
			b := New(Config{Algorithm: algorithmNamed(name)}, ss)
			for i := range 120 {
				want, got := h.pick("", "/", ""), b.Pick(nil, None)
				if got != want {
					t.Errorf("%s %v: pick %d is server %d, want %d", name, weights, i, got+1, want+1)
					break
				}
			}
		}
	}
}

func algorithmNamed(name string) Algorithm {
	for a, n := range algorithms {
		if n == name {
			return Algorithm(a)
		}
	}
	panic(name)
}

// TestRotationFull has the first server full for a while, as in haproxy.
func TestRotationFull(t *testing.T) {
	for _, c := range []struct {
		weights []int
		n       int // picks while it is full
		want    string
	}{
		{[]int{1, 1, 1}, 1, "1" + "2" + "3123123123"},
		{[]int{1, 1, 1}, 2, "1" + "23" + "1231231231"},
		{[]int{1, 1, 1}, 7, "1" + "2323232" + "3123123123"},
		{[]int{1, 1, 1}, 8, "1" + "23232323" + "1231231231"},
		{[]int{3, 2, 1}, 1, "1" + "2" + "131212131212"},
		{[]int{3, 2, 1}, 2, "1" + "23" + "121213121213"},
		{[]int{3, 2, 1}, 5, "1" + "23223" + "121213121213"},
		{[]int{3, 2, 1}, 9, "1" + "232232232" + "121312121312"},
	} {
		fs, ss := fakes(c.weights...)
		fs[0].maxconn = 1
		b := New(Config{}, ss)
		got := digits(b, 1)
		fs[0].served = 1
		got += digits(b, c.n)
		fs[0].served = 0
		got += digits(b, len(c.want)-len(got))
		if got != c.want {
			t.Errorf("%v, full for %d picks: %s, want %s", c.weights, c.n, got, c.want)
		}
	}
}
