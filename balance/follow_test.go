package balance

import (
	"fmt"
	"strings"
	"testing"
)

// TestFollow has a balancer go on where another one is: picks are the same as if
// there had been no change, as long as the new server takes no part.
func TestFollow(t *testing.T) {
	for _, c := range []Config{
		{}, {Algorithm: LeastConn}, {Algorithm: First}, {Algorithm: StaticRR},
		{Algorithm: Source, Consistent: true}, {Algorithm: Hash},
	} {
		for skip := range 7 {
			_, plain := fakes(3, 1, 2)
			all, servers := fakes(3, 1, 2, 5)
			all[3].down = true
			a, b := New(c, plain), New(c, servers[:3])
			digits(a, skip)
			digits(b, skip)
			b = Follow(b, c, servers)
			if want, got := digits(a, 20), digits(b, 20); got != want {
				t.Errorf("%v: after %d picks %s, want %s", c.Algorithm, skip, got, want)
			}
			all[3].down = false
			b.Update(3)
			all[0].down = true
			b.Update(0)
			gone := append([]Server{nobody{}}, servers[1:]...)
			b = Follow(b, c, gone)
			got := digits(b, 80)
			if strings.Contains(got, "1") {
				t.Errorf("%v: the server that is gone is picked: %s", c.Algorithm, got)
			}
			if c.Algorithm == RoundRobin && max(strings.Count(got, "4")-50, 50-strings.Count(got, "4")) > 1 {
				t.Errorf("after %d picks a new server of weight 5 in 8 has %d of 80: %s", skip, strings.Count(got, "4"), got)
			}
		}
	}
}

// nobody is a free place.
type nobody struct{}

func (nobody) ID() int       { return 0 }
func (nobody) Weight() int   { return 0 }
func (nobody) Usable() bool  { return false }
func (nobody) Backup() bool  { return false }
func (nobody) Served() int   { return 0 }
func (nobody) Queued() int   { return 0 }
func (nobody) MaxConn() int  { return 0 }
func (nobody) MaxQueue() int { return 0 }

// TestFollowLeastConn keeps the order of servers that are equally loaded.
func TestFollowLeastConn(t *testing.T) {
	all, servers := fakes(1, 1, 1)
	c := Config{Algorithm: LeastConn}
	b := New(c, servers)
	take := func(b *Balancer) int {
		i := b.Pick(nil, None)
		all[i].served++
		b.Moved(i)
		return i
	}
	first := fmt.Sprint(take(b), take(b))
	all[0].served--
	b.Moved(0)
	b = Follow(b, c, servers)
	if got := fmt.Sprint(first, " ", take(b), " ", take(b)); got != "0 1 2 0" {
		t.Errorf("the order is %s", got)
	}
}
