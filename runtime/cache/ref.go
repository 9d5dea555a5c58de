package cache

import "unsafe"

// Ref is the use of an entry, which stays where it is until it is released. The zero
// value is none.
type Ref struct {
	c *Cache
	e *entry
}

// Valid reports whether r is the use of an entry.
func (r *Ref) Valid() bool { return r.e != nil }

// Cache is what the entry is in.
func (r *Ref) Cache() *Cache { return r.c }

// Release ends the use. Bytes that r has given may be another entry's then.
func (r *Ref) Release() {
	c, e := r.c, r.e
	r.c, r.e = nil, nil
	if e != nil {
		c.use(e)
		c.let(e)
	}
}

// Age is how old the response is at now, in seconds (RFC 9111, 4.2.3).
func (r *Ref) Age(now int64) int64 {
	return min(max(now-r.e.stored, 0)+int64(r.e.age), maxAge)
}

// maxAge is the greatest age that is told.
const maxAge = 1 << 31

// Modified is when the response was changed last, in seconds.
func (r *Ref) Modified() int64 { return r.e.modified }

// Head returns the head as it was stored, which must not be written to. Where it does
// not lie in one piece it is copied into what get returns, which gives memory of that
// many bytes.
func (r *Ref) Head(get func(n int) []byte) []byte {
	n := int(r.e.head)
	first := r.c.number(r.e)
	w := r.c.walk(first, entrySize, n)
	if p := w.run(); len(p) == n {
		return p
	}
	buf := get(n)
	w.copy(buf)
	return buf
}

// ETag is the value of the response's ETag header, within head; nil without one.
func (r *Ref) ETag(head []byte) []byte {
	at, n := r.e.etag, r.e.etagLen
	if n == 0 {
		return nil
	}
	return head[at : at+n : at+n]
}

// Body is a walk over the body.
func (r *Ref) Body() Walk {
	return r.c.walk(r.c.number(r.e), entrySize+int(r.e.head), int(r.e.body))
}

// Trailers is a walk over the trailers.
func (r *Ref) Trailers() Walk {
	return r.c.walk(r.c.number(r.e), entrySize+int(r.e.head)+int(r.e.body), int(r.e.trailers))
}

// Walk goes over bytes of an entry. The zero value has none.
type Walk struct {
	c     *Cache
	block uint32
	off   int // within the block
	left  int
}

// walk begins n bytes behind off bytes of an entry's chain.
func (c *Cache) walk(block uint32, off, n int) Walk {
	if n == 0 {
		return Walk{}
	}
	for ; off >= BlockSize; off -= BlockSize {
		block = c.links[block]
	}
	return Walk{c, block, off, n}
}

// Left is how many bytes are still to come.
func (w *Walk) Left() int { return w.left }

// maxRun bounds the bytes given at a time.
const maxRun = 64 << 10

// run returns the next bytes as far as they lie in one piece, and steps over them.
func (w *Walk) run() []byte {
	if w.left == 0 {
		return nil
	}
	at := int(w.block)*BlockSize + w.off
	n := BlockSize - w.off
	last := w.block
	for n < w.left && n < maxRun && w.c.links[last] == last+1 {
		last++
		n += BlockSize
	}
	if n < w.left {
		w.block, w.off = w.c.links[last], 0
	} else {
		n = w.left
	}
	w.left -= n
	return w.c.mem[at : at+n : at+n]
}

// copy fills p, of which there must be so much.
func (w *Walk) copy(p []byte) {
	for len(p) > 0 {
		before := *w
		b := w.run()
		n := copy(p, b)
		p = p[n:]
		if n < len(b) {
			*w = before.skip(n)
		}
	}
}

// skip is w, n bytes further, which are not all.
func (w Walk) skip(n int) Walk {
	w.left -= n
	for w.off += n; w.off >= BlockSize; w.off -= BlockSize {
		w.block = w.c.links[w.block]
	}
	return w
}

// Next returns the next bytes: those of the entry itself where they lie in large
// pieces, else a copy of them in buf. There are none when the walk is over.
func (w *Walk) Next(buf []byte) []byte {
	before := *w
	p := w.run()
	if w.left == 0 || len(p) >= len(buf)/2 {
		return p
	}
	*w = before
	n := min(len(buf), w.left)
	w.copy(buf[:n])
	return buf[:n]
}

// address is where e lies, for "show cache".
func address(e *entry) uintptr { return uintptr(unsafe.Pointer(e)) }
