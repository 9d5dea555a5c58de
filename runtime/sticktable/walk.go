package sticktable

// Walk goes through all entries of a table, shard by shard, those touched least
// recently first, while others use it. Entries touched meanwhile may be left out:
// they are among the changed ones. It is for one goroutine.
type Walk struct {
	table *Table
	shard int
	at    uint32 // the last entry passed, 0 before the first
	began uint32
}

// Walk begins a walk, which is to be closed. The table must be replicated.
func (t *Table) Walk(now int64) *Walk {
	w := &Walk{table: t, began: uint32(now)}
	w.enter()
	return w
}

// enter has the shard know of the walk, for which it keeps the place.
func (w *Walk) enter() {
	w.at = 0
	if w.shard < len(w.table.shards) {
		s := &w.table.shards[w.shard]
		s.mu.Lock()
		s.walks = append(s.walks, w)
		s.mu.Unlock()
	}
}

// leave undoes enter.
func (w *Walk) leave() {
	if w.shard >= len(w.table.shards) {
		return
	}
	s := &w.table.shards[w.shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.walks {
		if other == w {
			s.walks = append(s.walks[:i], s.walks[i+1:]...)
			return
		}
	}
}

// Close ends the walk.
func (w *Walk) Close() {
	w.leave()
	w.shard = len(w.table.shards)
}

// Next calls f with up to most entries, locked. It returns how many there were,
// 0 at the end.
func (w *Walk) Next(most int, now int64, f func(Entry)) (n int) {
	for n == 0 && w.shard < len(w.table.shards) {
		if n = w.next(most, uint32(now), f); n == 0 {
			w.leave()
			w.shard++
			w.enter()
		}
	}
	return n
}

func (w *Walk) next(most int, now uint32, f func(Entry)) (n int) {
	s := &w.table.shards[w.shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < most {
		i := s.head
		if w.at != 0 {
			i = s.word(w.at, entryNewer)
		}
		if i == 0 || int32(s.word(i, entryTouched)-w.began) > 0 {
			break
		}
		if w.at = i; !s.expired(i, now) {
			f(Entry{s, i, now})
			n++
		}
	}
	return n
}

// step has whoever stands at entry i, which leaves the list by age, stand at the
// one before.
func (s *shard) step(i, older uint32) {
	if s.learnt == i {
		s.learnt = older
	}
	for _, w := range s.walks {
		if w.at == i {
			w.at = older
		}
	}
}
