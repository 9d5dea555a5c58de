package sticktable

// Tables that peers share keep their changed entries in lists, one a shard, each
// entry at the place of its last change that a reader has not come to yet. An
// entry that changes again before anybody has read it stays where it is, which is
// what makes marking cheap.

// Where an entry's place among the changed ones lies, behind its data.
const (
	syncNumber = 0 // of the change, 0 for an entry that did not change
	syncPrev   = 4 // neighbours in the list
	syncNext   = 8
	syncSize   = 12
)

// changes are those of a shard.
type changes struct {
	// last is the number of the last change, read that up to which any reader
	// has come.
	last, read uint32
	// first and end are the ends of the list.
	first, end uint32
	readers    []*place
}

// place is how far a reader has come: to the change of that number, which was
// entry at's, or stood behind it.
type place struct{ at, number uint32 }

// Replicate has the table note which entries change. It is to be called before
// Open. wake is called, with locks held, at the first change after each Listen.
func (t *Table) Replicate(wake func()) { t.wake = wake }

// Replicated reports whether the table notes which entries change.
func (t *Table) Replicated() bool { return t.wake != nil }

// Listen asks to be told of the next change.
func (t *Table) Listen() { t.told.Store(false) }

// Shards is the number of the table's parts, each with changes of its own.
func (t *Table) Shards() int { return len(t.shards) }

// Changes is the number of changes that the table has noted.
func (t *Table) Changes() uint32 {
	n := uint32(0)
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		n += s.last
		s.mu.Unlock()
	}
	return n
}

// changed notes that the entry did.
func (e Entry) changed() {
	if e.s.table.sync != 0 {
		e.s.mark(e.i)
	}
}

func (s *shard) syncWord(i uint32, at int) uint32 { return s.word(i, s.table.sync+at) }

func (s *shard) setSyncWord(i uint32, at int, v uint32) { s.setWord(i, s.table.sync+at, v) }

// mark makes entry i's change the last one, unless all readers have one of its
// changes before them.
func (s *shard) mark(i uint32) {
	if n := s.syncWord(i, syncNumber); n != 0 {
		if int32(n-s.read) > 0 {
			return
		}
		s.forget(i)
	}
	if s.last++; s.last == 0 {
		s.last = 1
	}
	s.setSyncWord(i, syncNumber, s.last)
	s.setSyncWord(i, syncPrev, s.end)
	s.setSyncWord(i, syncNext, 0)
	if s.end != 0 {
		s.setSyncWord(s.end, syncNext, i)
	} else {
		s.first = i
	}
	s.end = i
	if t := s.table; !t.told.Load() && t.told.CompareAndSwap(false, true) {
		t.wake()
	}
}

// forget takes entry i out of the list of changed ones. Readers that stand there
// stand behind the one before.
func (s *shard) forget(i uint32) {
	if s.syncWord(i, syncNumber) == 0 {
		return
	}
	prev, next := s.syncWord(i, syncPrev), s.syncWord(i, syncNext)
	for _, r := range s.readers {
		if r.at == i {
			r.at = prev
		}
	}
	if prev != 0 {
		s.setSyncWord(prev, syncNext, next)
	} else {
		s.first = next
	}
	if next != 0 {
		s.setSyncWord(next, syncPrev, prev)
	} else {
		s.end = prev
	}
	s.setSyncWord(i, syncNumber, 0)
}

// Log reads the changes of a table. It is for one goroutine at a time.
type Log struct {
	table  *Table
	places []place
}

// NewLog returns a reader to which all changes are new.
func (t *Table) NewLog() *Log {
	l := &Log{t, make([]place, len(t.shards))}
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		s.readers = append(s.readers, &l.places[i])
		s.mu.Unlock()
	}
	return l
}

// Next calls f with up to most entries of a shard that have changed, locked, in
// the order of their changes. It returns how many there were.
func (l *Log) Next(shard, most int, now int64, f func(Entry)) (n int) {
	s, p := &l.table.shards[shard], &l.places[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < most {
		i := s.first
		if p.at != 0 {
			i = s.syncWord(p.at, syncNext)
		}
		if i == 0 {
			break
		}
		p.at, p.number = i, s.syncWord(i, syncNumber)
		if !s.expired(i, uint32(now)) {
			f(Entry{s, i, uint32(now)})
			n++
		}
	}
	if int32(p.number-s.read) > 0 {
		s.read = p.number
	}
	return n
}

// At is the number of the change of a shard up to which the log was read.
func (l *Log) At(shard int) uint32 { return l.places[shard].number }

// Skip has the log read on behind all changes of a shard. It returns the number of
// the last.
func (l *Log) Skip(shard int) uint32 {
	s, p := &l.table.shards[shard], &l.places[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	p.at, p.number, s.read = s.end, s.last, s.last
	return s.last
}

// Go has the log read on behind the change of that number, which may lie before
// or behind what was read.
func (l *Log) Go(shard int, number uint32) {
	s, p := &l.table.shards[shard], &l.places[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	for p.at != 0 && int32(s.syncWord(p.at, syncNumber)-number) > 0 {
		p.at = s.syncWord(p.at, syncPrev)
	}
	for {
		next := s.first
		if p.at != 0 {
			next = s.syncWord(p.at, syncNext)
		}
		if next == 0 || int32(s.syncWord(next, syncNumber)-number) > 0 {
			break
		}
		p.at = next
	}
	if p.number = number; int32(number-s.read) > 0 {
		s.read = number
	}
}
