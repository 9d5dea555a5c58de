package balance

// Follow makes a balancer for other servers that goes on where old is, which stays
// as it was. Servers that both have keep their index; without old, Follow is New.
// Picks of old under way count for it alone.
func Follow(old *Balancer, c Config, servers []Server) *Balancer {
	b := New(c, servers)
	if old == nil {
		return b
	}
	for i, a := range []algorithm{b.active, b.backup} {
		before := old.active
		if i == 1 {
			before = old.backup
		}
		switch a := a.(type) {
		case *roundRobin:
			a.follow(before.(*roundRobin))
		case *leastConn:
			a.follow(before.(*leastConn))
		case *mapped:
			if n := len(*a.table.Load()); n > 0 {
				a.next.Store(before.(*mapped).next.Load() % uint32(n))
			}
		case *consistent:
			a.last.Store(before.(*consistent).last.Load())
		case *random:
			a.last.Store(before.(*random).last.Load())
		}
	}
	return b
}

// same says that two rotations have one server at an index.
func (g group) same(o group, i int) bool {
	return i < len(g.servers) && i < len(o.servers) && g.servers[i] == o.servers[i]
}

// follow takes over the turns of the servers that were there before.
func (r *roundRobin) follow(old *roundRobin) {
	old.mu.Lock()
	defer old.mu.Unlock()
	r.pos, r.seq, r.total = old.pos, old.seq, 0
	r.due, r.fresh = r.due[:0], r.fresh[:0]
	for i := range r.slots {
		t := &r.slots[i]
		*t = turn{server: i, index: -1, seq: 1} // not fresh: it joins a rotation under way
		if r.group.same(old.group, i) {
			*t = old.slots[i]
		}
		r.total += t.weight
		switch {
		case t.index < 0:
		case t.fresh:
			r.fresh.add(t)
		default:
			r.due.add(t)
		}
	}
	for i := range r.slots {
		r.update(i)
	}
}

// follow takes over the order of the servers that were there before.
func (l *leastConn) follow(old *leastConn) {
	old.mu.Lock()
	defer old.mu.Unlock()
	l.seq = old.seq
	l.heap = l.heap[:0]
	for i := range l.slots {
		s := &l.slots[i]
		*s = load{server: i, index: -1}
		if l.group.same(old.group, i) {
			*s = old.slots[i]
		}
		if s.index >= 0 {
			l.heap.add(s)
		}
	}
	for i := range l.slots {
		l.update(i)
	}
}
