package balance

import "sync"

// leastConn takes the server with the fewest sessions, served or queued, for
// its weight. Servers that are equal in this take turns: the one whose load
// has not changed for the longest time comes first.
type leastConn struct {
	group group
	mu    sync.Mutex
	slots []load
	heap  loads
	seq   int
}

// load is the place of a server in the order.
type load struct {
	server int
	weight int // 0: takes no part
	key    int
	seq    int
	index  int
}

// loadScale keeps the keys of differently weighted servers apart: it is the
// largest weight there is.
const loadScale = 256 * WeightScale

func newLeastConn(g group) *leastConn {
	l := &leastConn{group: g, slots: make([]load, len(g.servers))}
	for i := range l.slots {
		l.slots[i] = load{server: i, index: -1}
	}
	l.heap = make(loads, 0, len(l.slots))
	for i := range l.slots {
		l.update(i)
	}
	return l
}

func (l *leastConn) pick(_ uint32, _ bool, avoid int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.heap) > 0 {
		if i := l.heap[0].server; i != avoid && !l.full(i) {
			return i
		}
	}
	// The best one will not do: look through all for the second best.
	var best *load
	fallback := AllFull
	for _, s := range l.heap {
		switch {
		case l.full(s.server):
		case s.server == avoid:
			fallback = s.server
		case best == nil || s.less(best):
			best = s
		}
	}
	if best == nil {
		return fallback
	}
	return best.server
}

// full says whether the server and its own queue take no more.
func (l *leastConn) full(i int) bool {
	s := l.group.servers[i]
	m := s.MaxConn()
	if m == 0 || s.Served() < m {
		return false
	}
	q := s.MaxQueue()
	return q > 0 && s.Served()+s.Queued() >= m+q
}

func (l *leastConn) update(i int) {
	w := l.group.weight(i)
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.slots[i]
	if w == s.weight {
		return
	}
	if s.index >= 0 {
		l.heap.remove(s.index)
	}
	s.weight = w
	if w > 0 {
		l.place(s)
	}
}

func (l *leastConn) moved(i int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.slots[i]
	if s.index < 0 || l.key(s) == s.key {
		return
	}
	l.heap.remove(s.index)
	l.place(s)
}

func (l *leastConn) place(s *load) {
	l.seq++
	s.seq, s.key = l.seq, l.key(s)
	l.heap.add(s)
}

// key orders the servers. An idle one comes before all others, whatever its
// weight; else what counts is the load with one session more.
func (l *leastConn) key(s *load) int {
	srv := l.group.servers[s.server]
	n := srv.Served() + srv.Queued()
	if n <= 0 {
		return 0
	}
	return (n + 1) * loadScale / s.weight
}

func (s *load) less(t *load) bool {
	if s.key != t.key {
		return s.key < t.key
	}
	return s.seq < t.seq
}

// loads is a heap of servers by load.
type loads []*load

func (h loads) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *loads) add(s *load) {
	s.index = len(*h)
	*h = append(*h, s)
	h.up(s.index)
}

func (h *loads) remove(i int) {
	s := *h
	gone, last := s[i], len(s)-1
	s.swap(i, last)
	*h = s[:last]
	if i < last {
		h.down(i)
		h.up(i)
	}
	gone.index = -1
}

func (h loads) up(i int) {
	for i > 0 {
		p := (i - 1) / 2
		if !h[i].less(h[p]) {
			return
		}
		h.swap(i, p)
		i = p
	}
}

func (h loads) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].less(h[c]) {
			c++
		}
		if !h[c].less(h[i]) {
			return
		}
		h.swap(i, c)
		i = c
	}
}
