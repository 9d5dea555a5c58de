package cache

import (
	"crypto/sha1"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// Cache stores responses. It is safe for concurrent use once it is open.
type Cache struct {
	Config
	mem   []byte
	clock atomic.Uint64

	index  []uint32 // chains of entries by hash, a block's number plus one; 0: none
	shards [shards]shard

	// mu guards the blocks that are free, how blocks follow each other, and the order
	// of eviction. Who holds it may take a shard's lock, not the other way round.
	mu    sync.Mutex
	links []uint32 // the block after each; of a free one the next free one
	free  uint32   // the first free block, none for none
	fresh int      // blocks from here on were never used
	spare int      // how many are free, fresh ones included
	order []rank
}

// shard locks a part of the index.
type shard struct {
	sync.Mutex
	_ [56]byte // another one is on another cache line
}

const shards = 64

// Hash is what a URI is known by.
type Hash [sha1.Size]byte

// maxIndex bounds the number of chains.
const maxIndex = 1 << 20

// New returns a cache that is to be opened before it is used.
func New(c Config) *Cache { return &Cache{Config: c} }

// Open makes an empty cache of what the configuration says, which may not change
// after that.
func (c *Cache) Open() error {
	mem, release, err := takeMemory(c.Blocks * BlockSize)
	if err != nil {
		return err
	}
	if release != nil {
		runtime.AddCleanup(c, release, mem)
	}
	c.mem = mem
	c.links = make([]uint32, c.Blocks)
	c.index = make([]uint32, min(max(1<<bits.Len(uint(c.Blocks-1)), shards), maxIndex))
	c.free, c.spare = none, c.Blocks
	return nil
}

// Opened reports whether the cache is open.
func (c *Cache) Opened() bool { return c.mem != nil }

// chain is where entries of a hash are found, and what locks them.
func (c *Cache) chain(h *Hash) (*uint32, *shard) {
	i := uint32(h[0]) | uint32(h[1])<<8 | uint32(h[2])<<16 | uint32(h[3])<<24
	i &= uint32(len(c.index) - 1)
	return &c.index[i], &c.shards[i%shards]
}
