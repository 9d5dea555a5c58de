package balance

import "math/rand/v2"

// random takes the least loaded of a few servers drawn by lot, each as likely
// as its weight says.
type random struct {
	*consistent
	draws int
}

func newRandom(g group, c *Config) *random {
	r := &random{consistent: newConsistent(g, c), draws: c.Draws}
	if r.draws <= 0 {
		r.draws = 2
	}
	return r
}

func (r *random) pick(_ uint32, _ bool, avoid int) int {
	ring := *r.ring.Load()
	if len(ring) == 0 {
		return AllFull
	}
	best := None
	for range r.draws {
		i := r.settle(ring, nearest(ring, rand.Uint32()), avoid)
		if best == None || r.lighter(i, best) {
			best = i
		}
	}
	if busy(r.group.servers[best]) {
		return r.turn(ring, avoid)
	}
	return best
}

// lighter compares the sessions of two servers in relation to their weights.
func (r *random) lighter(a, b int) bool {
	s, t := r.group.servers[a], r.group.servers[b]
	return s.Served()*t.Weight() < t.Served()*s.Weight()
}
