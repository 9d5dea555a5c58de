package core

// MemoSlots is how many fetches of a configuration a stream can remember the
// values of. Slot 0 is none.
const MemoSlots = 16

// Memo is what a fetch gave first, remembered until an action runs: between two
// actions, no rule changes a message.
type Memo struct {
	// Value is what the fetch gave, as far as Found.
	Value Sample
	Found bool
	// Lower is the value's text in lower case, once Lowered.
	Lower   []byte
	Lowered bool

	round uint32
}

// memos are what a stream remembers.
type memos struct {
	// round counts the times at which everything was forgotten; 0 says that
	// nothing is to be remembered.
	round, last uint32
	all         *[MemoSlots]Memo
}

// Memo returns the place of a slot, and whether it holds what the fetch gives
// now. It is nil while no ruleset runs.
func (s *Stream) Memo(slot uint8) (m *Memo, holds bool) {
	l := &s.memos
	if l.round == 0 {
		return nil, false
	}
	if l.all == nil {
		l.all = new([MemoSlots]Memo)
	}
	m = &l.all[slot]
	return m, m.round == l.round
}

// Remember makes m hold what p is, which the fetch gave or not.
func (s *Stream) Remember(m *Memo, p *Sample, found bool) {
	m.Value, m.Found, m.Lowered, m.round = *p, found, false, s.memos.round
}

// forget makes m hold nothing, and lets the stream remember from now on.
func (l *memos) forget() {
	if l.last++; l.last == 0 {
		l.last, l.all = 1, nil // all the numbers are used up
	}
	l.round = l.last
}

// stop lets the stream remember nothing.
func (l *memos) stop() { l.round = 0 }
