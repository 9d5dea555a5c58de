package http

// keepArena is the largest block, in bytes, that a message keeps across Reset:
// one freak request must not pin memory for the life of the pool.
const keepArena = 64 << 10

// arena hands out bytes that live until reset. A full block is left to those
// who still point into it and a larger one takes over, so that addresses given
// out stay valid and one block suffices once traffic is steady.
type arena struct{ block []byte }

// alloc returns n bytes to fill in.
func (a *arena) alloc(n int) []byte {
	used := len(a.block)
	if cap(a.block)-used < n {
		a.block = make([]byte, 0, max(512, 2*cap(a.block), n))
		used = 0
	}
	a.block = a.block[:used+n]
	return a.block[used : used+n : used+n]
}

// copy returns a copy of b.
func (a *arena) copy(b []byte) []byte {
	c := a.alloc(len(b))
	copy(c, b)
	return c
}

// copyString returns a copy of s.
func (a *arena) copyString(s string) []byte {
	c := a.alloc(len(s))
	copy(c, s)
	return c
}

// reset takes everything back.
func (a *arena) reset() {
	if cap(a.block) > keepArena {
		a.block = nil
	}
	a.block = a.block[:0]
}
