package cache

// rank is an entry's place in the order of eviction, a heap: when the entry was used
// last as far as the order has heard. It may have been used since, never before.
type rank struct {
	stamp uint64
	block uint32
}

func (c *Cache) put(i int, r rank) {
	c.order[i] = r
	c.entry(r.block).place = int32(i)
}

// enter gives e a place; c.mu is held.
func (c *Cache) enter(e *entry) {
	c.order = append(c.order, rank{})
	c.rise(len(c.order)-1, rank{e.stamp, c.number(e)})
}

// forget takes e's place away, if it has one; c.mu is held.
func (c *Cache) forget(e *entry) {
	i := int(e.place)
	if i < 0 {
		return
	}
	e.place = -1
	n := len(c.order) - 1
	last := c.order[n]
	c.order = c.order[:n]
	if i == n {
		return
	}
	c.rise(i, last)
	c.sink(int(c.entry(last.block).place))
}

// rise puts r at i, or above where it belongs.
func (c *Cache) rise(i int, r rank) {
	for i > 0 {
		up := (i - 1) / 2
		if c.order[up].stamp <= r.stamp {
			break
		}
		c.put(i, c.order[up])
		i = up
	}
	c.put(i, r)
}

// sink puts what is at i below where it belongs.
func (c *Cache) sink(i int) {
	r := c.order[i]
	for {
		down := 2*i + 1
		if down >= len(c.order) {
			break
		}
		if down+1 < len(c.order) && c.order[down+1].stamp < c.order[down].stamp {
			down++
		}
		if c.order[down].stamp >= r.stamp {
			break
		}
		c.put(i, c.order[down])
		i = down
	}
	c.put(i, r)
}
