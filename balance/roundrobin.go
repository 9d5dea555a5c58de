package balance

import "sync"

// roundRobin takes servers in turns, spread out as evenly as their weights
// allow. Each server has a position at which its next turn is due; a turn sets
// it forward by the total weight over its own. Positions are whole numbers and
// the remainders add up beside them, which decides the order of servers due at
// the same position: the one closer to its true place comes first, weight for
// weight.
//
// At the start every server waits aside, the heaviest first, and gets its first
// turn when no other server is due. That is what makes 3:1 begin with the
// heavier server, whatever the order of the configuration.
type roundRobin struct {
	group group
	mu    sync.Mutex
	slots []turn
	due   turns // servers that had a turn, by position
	fresh turns // servers before their first turn, by weight
	total int   // weight of all in due and fresh
	pos   int   // turns given
	seq   int   // breaks ties: first in, first out
	held  []int // scratch for the servers that a pick passes over
}

// turn is the place of a server in the rotation.
type turn struct {
	server int
	weight int // 0: takes no part
	pos    int // where the next turn is due
	rest   int // what pos has been rounded off by, in units of 1/weight
	key    int
	seq    int
	index  int // in its heap
	fresh  bool
}

func newRoundRobin(g group) *roundRobin {
	r := &roundRobin{group: g, slots: make([]turn, len(g.servers))}
	for i := range r.slots {
		r.slots[i] = turn{server: i, index: -1}
	}
	r.due = make(turns, 0, len(r.slots))
	r.fresh = make(turns, 0, len(r.slots))
	r.held = make([]int, 0, len(r.slots))
	for i := range r.slots {
		r.update(i)
	}
	return r
}

func (r *roundRobin) pick(_ uint32, _ bool, avoid int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.due) == 1 && len(r.fresh) == 0 && r.due[0].server == avoid {
		avoid = None
	}
	r.held = r.held[:0]
	found, fallback := AllFull, None
	for {
		t := r.next()
		if t == nil {
			break
		}
		i := t.server
		full := busy(r.group.servers[i])
		if !full && i != avoid {
			found = i
			r.advance(t)
			r.insert(t)
			break
		}
		if !full {
			fallback = i
		}
		r.held = append(r.held, i)
	}
	// Those passed over have lost their turn, but for the one that is taken
	// for want of a better.
	for _, i := range r.held {
		r.advance(&r.slots[i])
		r.insert(&r.slots[i])
	}
	if found == AllFull {
		if fallback == None {
			return AllFull
		}
		found = fallback
	}
	r.pos++
	return found
}

// next takes out the server whose turn it is.
func (r *roundRobin) next() *turn {
	switch {
	case len(r.due) > 0 && (r.due[0].pos <= r.pos || len(r.fresh) == 0):
		return r.due.remove(0)
	case len(r.fresh) > 0:
		t := r.fresh.remove(0)
		t.pos = r.pos
		return t
	}
	return nil
}

// advance sets the position one turn forward.
func (r *roundRobin) advance(t *turn) {
	t.pos += r.total / t.weight
	t.rest += r.total % t.weight
	if t.rest >= t.weight {
		t.rest -= t.weight
		t.pos++
	}
}

func (r *roundRobin) insert(t *turn) {
	r.seq++
	t.seq = r.seq
	t.fresh = false
	t.key = t.rest - t.weight
	r.due.add(t)
}

func (r *roundRobin) update(i int) {
	w := r.group.weight(i)
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.slots[i]
	old := t.weight
	if w == old {
		return
	}
	r.total += w - old
	t.weight = w
	if t.index >= 0 {
		if t.fresh {
			r.fresh.remove(t.index)
		} else {
			r.due.remove(t.index)
		}
	}
	switch {
	case w == 0:
		t.fresh = false
		return
	case t.fresh || t.seq == 0:
		if t.seq == 0 {
			r.seq++
			t.seq = r.seq
		}
		t.fresh = true
		t.pos, t.key = 0, -w
		r.fresh.add(t)
		return
	case old == 0:
		// Back after a pause: one turn from now, rounded down.
		t.pos = r.pos + (r.total-1)/w
		t.rest %= w
	default:
		t.pos = r.pos + r.total/w
		t.rest = 0
	}
	r.insert(t)
}

func (r *roundRobin) moved(int) {}

// turns is a heap of servers by position, then key, then order of arrival.
type turns []*turn

func (h turns) before(i, j int) bool {
	a, b := h[i], h[j]
	if a.pos != b.pos {
		return a.pos < b.pos
	}
	if a.key != b.key {
		return a.key < b.key
	}
	return a.seq < b.seq
}

func (h turns) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// add inserts a server. The capacity has been there from the start.
func (h *turns) add(t *turn) {
	t.index = len(*h)
	*h = append(*h, t)
	h.up(t.index)
}

func (h *turns) remove(i int) *turn {
	s := *h
	t, last := s[i], len(s)-1
	s.swap(i, last)
	*h = s[:last]
	if i < last {
		h.down(i)
		h.up(i)
	}
	t.index = -1
	return t
}

func (h turns) up(i int) {
	for i > 0 {
		p := (i - 1) / 2
		if !h.before(i, p) {
			return
		}
		h.swap(i, p)
		i = p
	}
}

func (h turns) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h.before(c+1, c) {
			c++
		}
		if !h.before(c, i) {
			return
		}
		h.swap(i, c)
		i = c
	}
}
