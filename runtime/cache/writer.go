package cache

import "sync/atomic"

// Response is what a cache has to know of a response to store it.
type Response struct {
	Hash Hash
	// Key and What tell whom it suits: as it varies on the headers of What, it is
	// for requests that fit Key.
	Key  Key
	What Signature
	// Stored is now, Modified when it was changed last, both in seconds.
	Stored, Modified int64
	// Life is for how many seconds it may be used, Age how old it is already.
	Life, Age int64
	// Head is the head, in whatever form; HeadSize is its size in HAProxy's
	// reckoning, at least as much.
	Head     []byte
	HeadSize int
	// Length is the size of the body, -1 when it is not known.
	Length int64
	// ETag and ETagLen are where in Head the value of the ETag header is.
	ETag, ETagLen int
}

// Every piece of a message has a number with it in HAProxy, of pieceSize bytes, and
// chunked bodies have a last one of endSize.
const (
	pieceSize = 4
	endSize   = pieceSize + 1
)

// Writer fills an entry. The zero value is none. It belongs to one task.
type Writer struct {
	c     *Cache
	e     *entry
	last  uint32 // the chain's last block
	block uint32 // where the next byte goes
	off   int
}

// Valid reports whether w fills an entry.
func (w *Writer) Valid() bool { return w.e != nil }

// Store begins an entry. It reports false when the response is too large, when as good
// a one is just being stored, or when there is no room. What the entry is to
// replace is gone then.
func (c *Cache) Store(r *Response) (Writer, bool) {
	size := entrySize + r.HeadSize
	if whole := int64(size); r.Length > 0 && whole+r.Length+pieceSize > int64(c.MaxObject) || size > c.MaxObject {
		return Writer{}, false
	}
	head, s := c.chain(&r.Hash)
	s.Lock()
	ok, dead := c.admit(head, r)
	s.Unlock()
	c.letAll(dead)
	if !ok {
		return Writer{}, false
	}
	n := (size + BlockSize - 1) / BlockSize
	first, last := c.take(n)
	if first == none {
		return Writer{}, false
	}
	e := c.entry(first)
	*e = entry{
		stored: r.Stored, modified: r.Modified, hash: r.Hash, vary: r.Key.within(r.What), what: r.What, refs: 2, place: -1,
		life: uint32(r.Life), age: uint32(r.Age), size: uint32(size), head: uint32(len(r.Head)), blocks: uint32(n),
		etag: uint32(r.ETag), etagLen: uint32(r.ETagLen),
	}
	w := Writer{c: c, e: e, last: last, block: first, off: entrySize}
	w.copy(r.Head)
	s.Lock()
	if ok, dead = c.admit(head, r); ok {
		c.link(head, e)
	}
	s.Unlock()
	c.letAll(dead)
	c.mu.Lock()
	c.use(e)
	c.enter(e)
	c.mu.Unlock()
	if !ok {
		c.let(e)
		c.let(e)
		return Writer{}, false
	}
	return w, true
}

// admit makes room in the index for r, and reports whether r may be there: the
// entries that r replaces, and those that are too old, come out as a chain.
func (c *Cache) admit(head *uint32, r *Response) (ok bool, dead *entry) {
	others := 0
	key := r.Key.within(r.What)
	for at := *head; at != 0; {
		e := c.entry(at - 1)
		at = e.next
		if e.hash != r.Hash {
			continue
		}
		same := r.What == 0 || e.what == r.What && e.vary == key
		switch {
		case same && !e.complete:
			return false, dead
		case same, e.complete && e.expired(r.Stored):
			c.unlink(head, e)
			e.next, dead = c.chained(dead), e
		default:
			others++
		}
	}
	return r.What == 0 || others < c.MaxSecondary, dead
}

// link puts e at the end of its chain, whose lock is held: what was stored first is
// found first.
func (c *Cache) link(head *uint32, e *entry) {
	at := head
	for *at != 0 {
		at = &c.entry(*at - 1).next
	}
	*at = c.number(e) + 1
	e.linked = true
}

// copy appends p, for which there are blocks.
func (w *Writer) copy(p []byte) {
	for len(p) > 0 {
		if w.off == BlockSize {
			w.block, w.off = w.c.links[w.block], 0
		}
		at := int(w.block) * BlockSize
		n := copy(w.c.mem[at+w.off:at+BlockSize], p)
		w.off += n
		p = p[n:]
	}
}

// grow makes the entry n bytes larger, in HAProxy's reckoning. It reports false when
// that is too much.
func (w *Writer) grow(n int) bool {
	c, e := w.c, w.e
	size := int(e.size) + n
	if size > c.MaxObject {
		return false
	}
	if more := (size+BlockSize-1)/BlockSize - int(e.blocks); more > 0 {
		first, last := c.take(more)
		if first == none {
			return false
		}
		c.links[w.last] = first
		w.last = last
		atomic.AddUint32(&e.blocks, uint32(more))
	}
	atomic.StoreUint32(&e.size, uint32(size))
	return true
}

// Write appends a part of the body. It reports false when it does not fit: the entry is
// gone then.
func (w *Writer) Write(p []byte) bool {
	if len(p) == 0 {
		return true
	}
	if !w.grow(pieceSize + len(p)) {
		w.Abort()
		return false
	}
	w.copy(p)
	w.e.body += uint32(len(p))
	return true
}

// Finish makes the entry one that can be found. A body in chunks ends with trailers, in
// whatever form, which may be empty.
func (w *Writer) Finish(chunked bool, trailers []byte) {
	if chunked {
		if !w.grow(endSize + len(trailers)) {
			w.Abort()
			return
		}
		w.copy(trailers)
		w.e.trailers = uint32(len(trailers))
	}
	c, e := w.c, w.e
	*w = Writer{}
	_, s := c.chain(&e.hash)
	s.Lock()
	e.complete = true
	s.Unlock()
	c.use(e)
	c.let(e)
}

// Abort removes the entry.
func (w *Writer) Abort() {
	c, e := w.c, w.e
	*w = Writer{}
	if e == nil {
		return
	}
	head, s := c.chain(&e.hash)
	s.Lock()
	linked := e.linked
	if linked {
		c.unlink(head, e)
	}
	s.Unlock()
	if linked {
		c.let(e)
	}
	c.let(e)
}
