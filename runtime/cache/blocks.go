package cache

import "sync/atomic"

// take gets n blocks that follow each other in links, the oldest entries' where there
// are not enough. It returns the first and the last; first is none when there are
// not so many that nobody uses.
func (c *Cache) take(n int) (first, last uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.spare < n {
		if !c.evict() {
			return none, none
		}
	}
	c.spare -= n
	first, last = none, none
	for range n {
		b := c.free
		if b != none {
			c.free = c.links[b]
		} else {
			b = uint32(c.fresh)
			c.fresh++
		}
		if first == none {
			first = b
		} else {
			c.links[last] = b
		}
		last = b
	}
	c.links[last] = none
	return first, last
}

// giveBack frees an entry's blocks; c.mu is held. The chain goes in front as it is, so
// that blocks side by side stay so.
func (c *Cache) giveBack(first uint32, n int) {
	last := first
	for c.links[last] != none {
		last = c.links[last]
	}
	c.links[last] = c.free
	c.free = first
	c.spare += n
}

// let drops one use of e, and frees it when that was the last.
func (c *Cache) let(e *entry) {
	if atomic.AddInt32(&e.refs, -1) > 0 {
		return
	}
	c.mu.Lock()
	c.forget(e)
	c.giveBack(c.number(e), int(e.blocks))
	c.mu.Unlock()
}

// evict frees the entry that was not used for the longest time; c.mu is held. It
// reports false when all of them are in use.
func (c *Cache) evict() bool {
	// Each turn frees an entry or puts one behind others, with a stamp of now at
	// the latest.
	for range 2*len(c.order) + 1 {
		if len(c.order) == 0 {
			return false
		}
		e := c.entry(c.order[0].block)
		if stamp := atomic.LoadUint64(&e.stamp); stamp > c.order[0].stamp {
			c.order[0].stamp = stamp
			c.sink(0)
			continue
		}
		head, s := c.chain(&e.hash)
		s.Lock()
		unused := e.linked && atomic.CompareAndSwapInt32(&e.refs, 1, 0)
		if unused {
			c.unlink(head, e)
		}
		s.Unlock()
		if unused {
			c.forget(e)
			c.giveBack(c.number(e), int(e.blocks))
			return true
		}
		c.order[0].stamp = c.clock.Add(1)
		c.sink(0)
	}
	return false
}
