package sticktable

import "encoding/binary"

// Entry is an entry whose shard is locked. It is to be unlocked soon; until then
// no other entry may be asked for.
type Entry struct {
	s   *shard
	i   uint32
	now uint32
}

// Ref refers to an entry, which stays as long as it does. The zero value refers
// to none.
type Ref struct {
	s *shard
	i uint32
}

// Unlock lets others use the entry.
func (e Entry) Unlock() { e.s.mu.Unlock() }

// Table is the entry's table.
func (e Entry) Table() *Table { return e.s.table }

// Key is the entry's key, without what fills it up; it is valid until Unlock.
func (e Entry) Key() []byte {
	b := e.s.key(e.i)
	if e.s.table.Key == String {
		return e.s.table.trim(b)
	}
	return b
}

// ID tells the entry from all others of the process.
func (e Entry) ID() uint64 {
	return uint64(e.s.index)<<32 | uint64(e.i)
}

// Refs is how many refer to the entry.
func (e Entry) Refs() int { return int(e.s.word(e.i, entryRefs) & refMask) }

// Idle is how many milliseconds ago the entry was touched.
func (e Entry) Idle() int64 { return int64(since(e.now, e.s.word(e.i, entryTouched))) }

// Expires is in how many milliseconds the entry expires, 0 for never.
func (e Entry) Expires() int64 {
	if e.s.table.Expire == 0 {
		return 0
	}
	return max(e.s.table.Expire-e.Idle(), 0)
}

// Touch makes the entry the youngest of its shard.
func (e Entry) Touch() {
	s := e.s
	s.unlink(e.i)
	s.setWord(e.i, entryTouched, e.now)
	s.link(e.i, s.tail)
	e.changed()
}

// Remove forgets the entry, unless it is referred to, and reports whether it did.
func (e Entry) Remove() bool {
	if e.Refs() > 0 {
		return false
	}
	e.s.remove(e.i)
	return true
}

// Hold returns a reference to the entry, to be released.
func (e Entry) Hold() Ref {
	e.s.setWord(e.i, entryRefs, e.s.word(e.i, entryRefs)+1)
	return Ref{e.s, e.i}
}

// Release gives a reference back. An entry that expired while it was referred
// to goes with the last one.
func (e Entry) Release() {
	s := e.s
	refs := s.word(e.i, entryRefs) - 1
	s.setWord(e.i, entryRefs, refs)
	switch {
	case refs&refMask != 0:
	case s.expired(e.i, e.now):
		s.remove(e.i)
	case refs&unlisted != 0:
		s.relist(e.i, e.now)
	}
}

// Valid reports whether r refers to an entry.
func (r Ref) Valid() bool { return r.s != nil }

// Table is the table of the entry referred to.
func (r Ref) Table() *Table { return r.s.table }

// Lock returns the entry referred to, locked.
func (r Ref) Lock(now int64) Entry {
	r.s.mu.Lock()
	return Entry{r.s, r.i, uint32(now)}
}

// place returns where value i of d lies, nil if the entry has none.
func (e Entry) place(d DataType, i int) []byte {
	st := &e.s.table.Data[d]
	if uint(i) >= uint(st.Elements) {
		return nil
	}
	n := d.Kind().size()
	at := st.offset + i*n
	return e.s.bytes(e.i)[at : at+n]
}

// Value returns value i of d: a number, the events of the last period, or a
// name's number. It is 0 if the entry has none.
func (e Entry) Value(d DataType, i int) uint64 {
	b := e.place(d, i)
	if b == nil {
		return 0
	}
	switch d.Kind() {
	case Long:
		return binary.LittleEndian.Uint64(b)
	case Rate:
		return uint64(readRate(b, e.s.table.Data[d].Period, e.now))
	}
	return uint64(binary.LittleEndian.Uint32(b))
}

// Add adds n to value i of d if the entry has one: to a rate, n events.
func (e Entry) Add(d DataType, i int, n uint64) {
	b := e.place(d, i)
	if b == nil {
		return
	}
	switch d.Kind() {
	case Long:
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)+n)
	case Rate:
		addRate(b, e.s.table.Data[d].Period, e.now, uint32(n))
	default:
		binary.LittleEndian.PutUint32(b, binary.LittleEndian.Uint32(b)+uint32(n))
	}
	e.changed()
}

// Drop takes one off value 0 of d unless it is 0 already.
func (e Entry) Drop(d DataType) {
	if b := e.place(d, 0); b != nil {
		if n := binary.LittleEndian.Uint32(b); n > 0 {
			binary.LittleEndian.PutUint32(b, n-1)
			e.changed()
		}
	}
}

// Set makes n value i of d if the entry has one.
func (e Entry) Set(d DataType, i int, n uint64) {
	e.put(d, i, n)
	e.changed()
}

// put is Set for what peers need not hear of.
func (e Entry) put(d DataType, i int, n uint64) {
	b := e.place(d, i)
	if b == nil {
		return
	}
	switch d.Kind() {
	case Long:
		binary.LittleEndian.PutUint64(b, n)
	case Rate:
		setRate(b, e.now, uint32(n))
	default:
		binary.LittleEndian.PutUint32(b, uint32(n))
	}
}

// Number returns value i of d as rules see it, and whether there is one. General
// purpose counters and tags may be elements of an array instead.
func (e Entry) Number(d DataType, i int) (uint64, bool) {
	d, i = e.s.table.find(d, i)
	if e.place(d, i) == nil {
		return 0, false
	}
	return e.Value(d, i), true
}

// find returns the type and the index under which a table stores what rules call
// value i of d.
func (t *Table) find(d DataType, i int) (DataType, int) {
	if t.Stores(d) {
		return d, i
	}
	switch d {
	case GPT0:
		return GPT, 0
	case GPC0:
		return GPC, 0
	case GPC1:
		return GPC, 1
	case GPC0Rate:
		return GPCRate, 0
	case GPC1Rate:
		return GPCRate, 1
	}
	return d, i
}

// Increment adds one to a general purpose counter and to its rate, and touches
// the entry. It returns the counter, or else the rate.
func (e Entry) Increment(count, rate DataType, i int) uint64 {
	n := uint64(0)
	for _, of := range [...]DataType{rate, count} {
		d, i := e.s.table.find(of, i)
		if e.place(d, i) != nil {
			e.Add(d, i, 1)
			n = e.Value(d, i)
		}
	}
	e.Touch()
	return n
}

// Clear sets value i of d to 0, touches the entry, and returns what it was and
// whether there is one.
func (e Entry) Clear(d DataType, i int) (uint64, bool) {
	d, i = e.s.table.find(d, i)
	e.Touch()
	if e.place(d, i) == nil {
		return 0, false
	}
	n := e.Value(d, i)
	e.Set(d, i, 0)
	return n, true
}

// Tag sets value i of d, and touches the entry.
func (e Entry) Tag(d DataType, i int, n uint64) {
	d, i = e.s.table.find(d, i)
	e.Set(d, i, n)
	e.Touch()
}
