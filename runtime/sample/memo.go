package sample

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// memos is what the compiler remembers of the fetches that ACLs begin with.
type memos struct {
	// met are the first expression with each fetch, by its text, until the second
	// one comes.
	met map[string]*compiled
	// slots are those of the fetches met more than once.
	slots map[string]uint8
}

// remember gives e a slot for what its fetch gives, if another ACL of the
// configuration looks at the same: their rules then fetch once.
func (e *compiled) remember(c *registry.Compiler) {
	if !e.head {
		return
	}
	l, _ := c.Memos.(*memos)
	if l == nil {
		l = &memos{map[string]*compiled{}, map[string]uint8{}}
		c.Memos = l
	}
	slot, ok := l.slots[e.call]
	first := l.met[e.call]
	switch {
	case ok:
		e.slot = slot
	case first == nil:
		l.met[e.call] = e
	case len(l.slots)+1 < core.MemoSlots:
		slot = uint8(len(l.slots) + 1)
		l.slots[e.call], first.slot, e.slot = slot, slot, slot
	}
}

// recalled is holds for a test whose fetch has a slot.
func (t *test) recalled(s *core.Stream) bool {
	m, known := s.Memo(t.expr.slot)
	if m == nil {
		return t.fetched(s)
	}
	if !known {
		p := s.Borrow()
		p.All = true
		found := t.expr.fetch(s, p)
		if !found && s.Wanting() {
			s.Return()
			return false
		}
		s.Remember(m, p, found)
		s.Return()
	}
	if !m.Found {
		return false
	}
	if t.text && m.Value.Type == t.in {
		if t.matchesText(s, m) {
			return true
		}
		if !m.Value.More {
			return false
		}
	}
	p := s.Borrow()
	*p = m.Value
	held := t.anyMatches(s, p, true)
	s.Return()
	return held
}

// matchesText compares a remembered text that no converter changes.
func (t *test) matchesText(s *core.Stream, m *core.Memo) bool {
	for _, x := range t.patterns {
		v := m.Value.Bytes
		if x.Fold {
			if !m.Lowered {
				m.Lower, m.Lowered = lower(s, v), true
			}
			v = m.Lower
		}
		if x.FindBytes(v) != nil {
			return true
		}
	}
	return false
}
