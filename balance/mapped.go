package balance

import "sync/atomic"

// mapped spreads servers over a fixed table, as often as their weights say.
// static-rr goes through the table line by line; `hash-type map-based` takes
// the line that the hash points at. The table is made anew when a server comes
// or goes; picks read it without a lock.
type mapped struct {
	group group
	table atomic.Pointer[[]int32]
	next  atomic.Uint32 // the line of the next turn
	keep  Preserve
	known []int // the weights that the table was made from
}

func newMapped(g group, c *Config) *mapped {
	m := &mapped{group: g, keep: c.Preserve, known: make([]int, len(g.servers))}
	for i := range m.known {
		m.known[i] = m.weight(i)
	}
	m.fill()
	return m
}

func (m *mapped) pick(hash uint32, keyed bool, avoid int) int {
	table := *m.table.Load()
	if len(table) == 0 {
		return AllFull
	}
	if keyed {
		return m.of(table, hash%uint32(len(table)))
	}
	return m.turn(table, avoid)
}

// of returns the server of a line, or that of the next one whose server has room
// where a full one need not be kept.
func (m *mapped) of(table []int32, line uint32) int {
	for range table {
		if i := int(table[line]); !m.keep.given(m.group.servers[i]) {
			return i
		}
		if line++; line == uint32(len(table)) {
			line = 0
		}
	}
	return AllFull
}

// turn takes the next line whose server is not full, and has not failed just
// now unless there is no other.
func (m *mapped) turn(table []int32, avoid int) int {
	fallback := AllFull
	for range table {
		i := int(table[m.line(uint32(len(table)))])
		if busy(m.group.servers[i]) {
			continue
		}
		if i != avoid {
			return i
		}
		fallback = i
	}
	return fallback
}

// line returns the number of the next line of a table with n lines.
func (m *mapped) line(n uint32) uint32 {
	for {
		at := m.next.Load()
		line := at % n
		if m.next.CompareAndSwap(at, (line+1)%n) {
			return line
		}
	}
}

func (m *mapped) update(i int) {
	if w := m.weight(i); w != m.known[i] {
		m.known[i] = w
		m.fill()
	}
}

// weight is that of the configuration: slow start does not touch static
// algorithms.
func (m *mapped) weight(i int) int {
	return (m.group.weight(i) + WeightScale - 1) / WeightScale
}

// fill lays out the table. For each line every server earns its weight; the
// line goes to the first of those who have earned the most whole lines, who
// pays for it.
func (m *mapped) fill() {
	var members []int32
	var weights []int
	total := 0
	for i, w := range m.known {
		if w > 0 {
			members = append(members, int32(i))
			weights = append(weights, w)
			total += w
		}
	}
	table := make([]int32, total)
	earned := make([]int, len(members))
	for line := range table {
		best, most := 0, -1
		for k, w := range weights {
			earned[k] += w
			if lines := (earned[k] + total) / total; lines > most {
				best, most = k, lines
			}
		}
		earned[best] -= total
		table[line] = members[best]
	}
	m.table.Store(&table)
}

func (m *mapped) moved(int) {}
