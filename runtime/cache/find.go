package cache

import "sync/atomic"

// Find looks for a whole response to the URI of hash h, at now in seconds, that suits
// a request with the key k. What it returns has to be released.
func (c *Cache) Find(h *Hash, k Key, now int64) (Ref, bool) {
	head, s := c.chain(h)
	var found, dead *entry
	s.Lock()
	for at := *head; at != 0; {
		e := c.entry(at - 1)
		at = e.next
		if e.hash != *h {
			continue
		}
		if e.complete && e.expired(now) {
			c.unlink(head, e)
			e.next, dead = c.chained(dead), e
			continue
		}
		if e.complete && k.suits(e) {
			found = e
			break
		}
	}
	if found != nil {
		atomic.AddInt32(&found.refs, 1)
	}
	s.Unlock()
	c.letAll(dead)
	if found == nil {
		return Ref{}, false
	}
	return Ref{c, found}, true
}

// chained is e as the next field of another entry has it.
func (c *Cache) chained(e *entry) uint32 {
	if e == nil {
		return 0
	}
	return c.number(e) + 1
}

// letAll drops the index's use of entries that were unlinked, a chain.
func (c *Cache) letAll(e *entry) {
	for e != nil {
		at := e.next
		c.let(e)
		if at == 0 {
			return
		}
		e = c.entry(at - 1)
	}
}

// unlink takes e out of its chain, whose lock is held.
func (c *Cache) unlink(head *uint32, e *entry) {
	e.linked = false
	want := c.number(e) + 1
	for at := head; *at != 0; at = &c.entry(*at - 1).next {
		if *at == want {
			*at = e.next
			return
		}
	}
}

// Invalidate removes all responses to the URI of hash h.
func (c *Cache) Invalidate(h *Hash) {
	head, s := c.chain(h)
	s.Lock()
	dead := c.cut(head, h, func(*entry) bool { return true })
	s.Unlock()
	c.letAll(dead)
}

// cut unlinks the entries of a hash that which says, and returns them as a chain.
func (c *Cache) cut(head *uint32, h *Hash, which func(*entry) bool) (dead *entry) {
	for at := *head; at != 0; {
		e := c.entry(at - 1)
		at = e.next
		if e.hash == *h && which(e) {
			c.unlink(head, e)
			e.next, dead = c.chained(dead), e
		}
	}
	return dead
}
