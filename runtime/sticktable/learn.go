package sticktable

import "encoding/binary"

// maxSteps bounds the search for the place of an entry by age. One that is not
// found by then stands where it is not quite due, and expires late.
const maxSteps = 4096

// Learn returns the key's entry, locked, to store what another process knows of
// it; it makes one if there is none. That is no change for others to hear of.
// left is in how many milliseconds the entry is to expire, negative for the whole
// time that the table gives.
func (t *Table) Learn(key []byte, now, left int64) (Entry, bool) {
	e, ok := t.get(key, now)
	if !ok {
		return e, false
	}
	s, age := e.s, uint32(0)
	if t.Expire != 0 && left >= 0 {
		age = uint32(max(t.Expire-left, 0))
	}
	s.unlink(e.i)
	s.setWord(e.i, entryTouched, e.now-age)
	s.insertByAge(e.i, age, e.now)
	s.learnt = e.i
	return e, true
}

// insertByAge puts entry i, touched so long before now, into the list. What comes
// from a peer is nearly in order, so its place is near that of the one before.
func (s *shard) insertByAge(i, age, now uint32) {
	if s.tail == 0 || since(now, s.word(s.tail, entryTouched)) >= age {
		s.link(i, s.tail)
		return
	}
	at := s.learnt
	if at == 0 {
		at = s.tail
	}
	steps := 0
	for ; at != 0 && since(now, s.word(at, entryTouched)) < age && steps < maxSteps; steps++ {
		at = s.word(at, entryOlder)
	}
	for ; steps < maxSteps; steps++ {
		newer := s.head
		if at != 0 {
			newer = s.word(at, entryNewer)
		}
		if newer == 0 || since(now, s.word(newer, entryTouched)) < age {
			break
		}
		at = newer
	}
	s.link(i, at)
}

// Put makes n value i of d, as a peer says.
func (e Entry) Put(d DataType, i int, n uint64) { e.put(d, i, n) }

// PutName makes the name value 0 of d, as a peer says; "" is none.
func (e Entry) PutName(d DataType, name []byte) {
	n := uint32(0)
	if len(name) > 0 {
		n = e.s.table.number(name)
	}
	e.put(d, 0, uint64(n))
}

// oldestRate is an age at which a rate is 0, whatever its period.
const oldestRate = 1 << 31

// PutRate sets value i of d, as a peer says: age is how many milliseconds ago the
// period began that has seen curr events, prev are those of the period before.
func (e Entry) PutRate(d DataType, i int, age uint64, curr, prev uint32) {
	b := e.place(d, i)
	if b == nil {
		return
	}
	le := binary.LittleEndian
	le.PutUint32(b[rateTick:], max(e.now-uint32(min(age, oldestRate)), 1))
	le.PutUint32(b[rateCurr:], curr)
	le.PutUint32(b[ratePrev:], prev)
}

// Rate returns value i of d as PutRate takes it.
func (e Entry) Rate(d DataType, i int) (age, curr, prev uint32) {
	b := e.place(d, i)
	if b == nil {
		return 0, 0, 0
	}
	le := binary.LittleEndian
	return since(e.now, le.Uint32(b[rateTick:])), le.Uint32(b[rateCurr:]), le.Uint32(b[ratePrev:])
}
