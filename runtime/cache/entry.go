package cache

import (
	"sync/atomic"
	"unsafe"
)

// entrySize is what an entry's description takes of its first block, in bytes. It is
// HAProxy's size of it, so that as much fits into a cache, and "show cache" tells the
// same sizes.
const entrySize = 112

// entry describes a response, at the start of its first block. It has no pointers:
// the garbage collector does not see it.
type entry struct {
	stamp    uint64 // when it was used last, on the cache's clock; atomic
	stored   int64  // when it was stored, in seconds
	modified int64  // when it was changed last, in seconds
	hash     Hash
	vary     Key
	refs     int32  // how many use it, the index among them; atomic
	next     uint32 // in the index's chain, a block's number plus one
	place    int32  // in the order of eviction
	life     uint32 // seconds from stored on
	age      uint32 // seconds, when it was stored
	size     uint32 // in HAProxy's reckoning
	head     uint32 // bytes of the head
	body     uint32 // bytes of the body
	trailers uint32 // bytes of the trailers
	blocks   uint32
	etag     uint32 // where in the head the ETag's value is
	etagLen  uint32
	what     Signature
	// complete says that nothing is missing, linked that the index has it; under the
	// shard's lock.
	complete, linked bool
}

// The description has to fit.
var _ [entrySize - unsafe.Sizeof(entry{})]byte

// none is no block.
const none = ^uint32(0)

func (c *Cache) entry(block uint32) *entry {
	return (*entry)(unsafe.Pointer(&c.mem[int(block)*BlockSize]))
}

// number is the block that e begins.
func (c *Cache) number(e *entry) uint32 {
	return uint32((uintptr(unsafe.Pointer(e)) - uintptr(unsafe.Pointer(&c.mem[0]))) / BlockSize)
}

// use says that e has just been used.
func (c *Cache) use(e *entry) { atomic.StoreUint64(&e.stamp, c.clock.Add(1)) }

// expired reports whether e is too old at now, in seconds.
func (e *entry) expired(now int64) bool { return now >= e.stored+int64(e.life) }
