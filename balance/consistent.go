package balance

import (
	"cmp"
	"slices"
	"sort"
	"sync/atomic"
)

// consistent puts each server on a ring of hashes, at as many points as its
// weight says, and takes the server whose point is nearest to the request's
// hash. A server that comes or goes moves only its own share of the requests.
type consistent struct {
	group  group
	factor int // hash-balance-factor in percent, 0 for none
	keep   Preserve
	ring   atomic.Pointer[[]point]
	last   atomic.Uint32 // hash of the last turn, for requests without a key
	known  []int         // the weights that the ring was made from
}

// point is one place of a server on the ring.
type point struct {
	hash   uint32
	server int32
}

// stride keeps the points of different servers apart: the largest weight.
const stride = 256 * WeightScale

func newConsistent(g group, c *Config) *consistent {
	r := &consistent{group: g, factor: c.BalanceFactor, keep: c.Preserve, known: make([]int, len(g.servers))}
	var ring []point
	for i := range r.known {
		r.known[i] = g.weight(i)
		ring = append(ring, r.points(i)...)
	}
	slices.SortStableFunc(ring, byHash)
	r.ring.Store(&ring)
	return r
}

func (c *consistent) pick(hash uint32, keyed bool, avoid int) int {
	ring := *c.ring.Load()
	if len(ring) == 0 {
		return AllFull
	}
	if !keyed {
		return c.turn(ring, avoid)
	}
	return c.settle(ring, nearest(ring, hash), avoid)
}

// nearest is the index of the point closest to the hash, the upper one of two
// that are equally close.
func nearest(ring []point, hash uint32) int {
	up := sort.Search(len(ring), func(i int) bool { return ring[i].hash >= hash })
	down := up - 1
	if up == len(ring) {
		up = 0
	}
	if down < 0 {
		down = len(ring) - 1
	}
	if hash-ring[down].hash < ring[up].hash-hash {
		return down
	}
	return up
}

// settle walks up the ring from a point to a server that is neither avoided nor
// loaded beyond the balance factor.
func (c *consistent) settle(ring []point, at, avoid int) int {
	slots := 0
	if c.factor > 0 {
		slots = c.sessions()
	}
	passed := 0
	for n := at; passed < len(ring); passed++ {
		i := int(ring[n].server)
		if i != avoid && (c.factor == 0 || c.eligible(i, slots)) && !c.keep.given(c.group.servers[i]) {
			return i
		}
		if n++; n == len(ring) {
			n = 0
		}
	}
	if i := int(ring[at].server); !c.keep.given(c.group.servers[i]) {
		return i
	}
	return AllFull
}

// turn takes the servers one after the other along the ring.
func (c *consistent) turn(ring []point, avoid int) int {
	fallback := AllFull
	for range ring {
		last := c.last.Load()
		n := sort.Search(len(ring), func(i int) bool { return ring[i].hash > last })
		if n == len(ring) {
			n = 0
		}
		c.last.Store(ring[n].hash)
		i := int(ring[n].server)
		if busy(c.group.servers[i]) {
			continue
		}
		if i != avoid {
			return i
		}
		fallback = i
	}
	return fallback
}

// sessions is how many sessions there may be on all servers together: the
// factor times those there are, counting the one to come.
func (c *consistent) sessions() int {
	n := 1
	for i, s := range c.group.servers {
		if c.group.weight(i) > 0 {
			n += s.Served()
		}
	}
	return (n*c.factor + 99) / 100
}

// eligible says whether server i has room for a session in its share of the
// slots. The shares go by weight; summed up from the last server on, and each
// sum rounded up, they make up the whole.
func (c *consistent) eligible(i, slots int) bool {
	total, after := 0, 0
	for k := range c.group.servers {
		w := c.group.weight(k)
		total += w
		if k > i {
			after += w
		}
	}
	w := c.group.weight(i)
	if w == 0 {
		return false
	}
	sum := func(weight int) int { return (slots*weight + total - 1) / total }
	return c.group.servers[i].Served() < max(sum(after+w)-sum(after), 1)
}

// update exchanges the points of one server, and copies the others.
func (c *consistent) update(i int) {
	w := c.group.weight(i)
	if w == c.known[i] {
		return
	}
	c.known[i] = w
	old, mine := *c.ring.Load(), c.points(i)
	slices.SortStableFunc(mine, byHash)
	ring := make([]point, 0, len(old)+len(mine))
	for _, p := range old {
		if int(p.server) == i {
			continue
		}
		for len(mine) > 0 && before(mine[0], p) {
			ring = append(ring, mine[0])
			mine = mine[1:]
		}
		ring = append(ring, p)
	}
	ring = append(ring, mine...)
	c.ring.Store(&ring)
}

// points are the places of a server on the ring.
func (c *consistent) points(i int) []point {
	points := make([]point, c.known[i])
	id := uint32(c.group.servers[i].ID())
	for k := range points {
		points[k] = point{Avalanche(id*stride + uint32(k)), int32(i)}
	}
	return points
}

func byHash(a, b point) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.server, b.server))
}

func before(a, b point) bool { return byHash(a, b) < 0 }

func (c *consistent) moved(int) {}
