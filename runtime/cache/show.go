package cache

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync/atomic"
)

// Info is what "show cache" tells of an entry.
type Info struct {
	Address uintptr
	// Hash is the beginning of the hash.
	Hash         uint32
	Key          Key
	Size, Blocks int
	// Refs is how many use the entry.
	Refs int
	// Expire is for how many seconds it may still be used; negative once it is too old.
	Expire int64
}

// Address is where the cache is.
func (c *Cache) Address() uintptr {
	if len(c.mem) == 0 {
		return 0
	}
	return address(c.entry(0))
}

// Entries describes the entries at now in seconds, in the order of their hashes, and
// counts the blocks that new ones could have.
func (c *Cache) Entries(now int64) (all []Info, available int) {
	for i := range c.index {
		s := &c.shards[i%shards]
		s.Lock()
		for at := c.index[i]; at != 0; {
			e := c.entry(at - 1)
			at = e.next
			all = append(all, Info{
				Address: address(e), Hash: binary.LittleEndian.Uint32(e.hash[:]), Key: e.vary,
				Size: int(atomic.LoadUint32(&e.size)), Blocks: int(atomic.LoadUint32(&e.blocks)),
				Refs: int(atomic.LoadInt32(&e.refs)) - 1, Expire: e.stored + int64(e.life) - now,
			})
		}
		s.Unlock()
	}
	slices.SortStableFunc(all, func(a, b Info) int { return cmp.Compare(a.Hash, b.Hash) })
	c.mu.Lock()
	available = c.spare
	c.mu.Unlock()
	for i := range all {
		if all[i].Refs == 0 {
			available += all[i].Blocks
		}
	}
	return all, available
}
