package hpack

// entryCost is what an entry counts beside its octets (RFC 7541, section 4.1).
const entryCost = 32

// table is a dynamic table. Its text lies in one piece of memory, the oldest
// entry's first; when the end is reached the rest moves to the front.
type table struct {
	limit int // of size
	size  int // as the RFC counts
	ring  []entry
	head  int // where the newest is in ring
	n     int
	text  []byte // up to the end of the newest
	start int    // of the oldest
}

// entry is a field of the table.
type entry struct {
	at          int // in text
	name, value int // lengths
	id          int
	unsound     bool
}

// get puts entry i into f; 0 is the newest.
func (t *table) get(i int, f *Field) bool {
	if i >= t.n {
		return false
	}
	e := &t.ring[(t.head-i)&(len(t.ring)-1)]
	f.Name = t.text[e.at : e.at+e.name : e.at+e.name]
	f.Value = t.text[e.at+e.name : e.at+e.name+e.value : e.at+e.name+e.value]
	f.ID, f.Unsound = e.id, e.unsound
	f.FixedName, f.FixedValue = false, false
	if e.id > 0 {
		f.Name, f.FixedName = fixed[e.id].Name, true
	}
	return true
}

// add makes f the newest entry. Its slices must not point into the table.
func (t *table) add(f *Field) {
	k := len(f.Name) + len(f.Value)
	t.evict(k + entryCost)
	if k+entryCost > t.limit {
		return
	}
	t.room(k)
	if t.n == len(t.ring) {
		t.grow()
	}
	t.head = (t.head + 1) & (len(t.ring) - 1)
	t.ring[t.head] = entry{len(t.text), len(f.Name), len(f.Value), f.ID, f.Unsound}
	t.text = append(append(t.text, f.Name...), f.Value...)
	t.size += k + entryCost
	t.n++
}

// evict makes room for an entry of size k.
func (t *table) evict(k int) {
	for t.n > 0 && t.size+k > t.limit {
		e := &t.ring[(t.head-t.n+1)&(len(t.ring)-1)]
		t.size -= e.name + e.value + entryCost
		t.start = e.at + e.name + e.value
		t.n--
	}
	if t.n == 0 {
		t.text, t.start = t.text[:0], 0
	}
}

// resize sets a new limit.
func (t *table) resize(limit int) {
	t.limit = limit
	t.evict(0)
}

// room sees to it that k octets can be appended to text.
func (t *table) room(k int) {
	if len(t.text)+k <= cap(t.text) {
		return
	}
	live := t.text[t.start:]
	to := t.text[:0]
	if need := 2 * (len(live) + k); need > cap(to) {
		to = make([]byte, 0, max(need, 256))
	}
	t.text = append(to, live...)
	for i := range t.n {
		t.ring[(t.head-i)&(len(t.ring)-1)].at -= t.start
	}
	t.start = 0
}

// grow doubles the ring.
func (t *table) grow() {
	ring := make([]entry, max(8, 2*len(t.ring)))
	for i := range t.n {
		ring[t.n-1-i] = t.ring[(t.head-i)&(len(t.ring)-1)]
	}
	t.ring, t.head = ring, t.n-1
	if t.n == 0 {
		t.head = len(ring) - 1
	}
}
