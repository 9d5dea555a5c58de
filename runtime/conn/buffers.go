package conn

import (
	"sync"
	"unsafe"
)

// DefaultBufferSize is HAProxy's default of tune.bufsize, in bytes.
const DefaultBufferSize = 16384

// Buffers is a pool of byte slices of one size, tune.bufsize. Neither Get nor Put
// allocates once the pool is warm. Any number of tasks may use it. A task that
// waits for a peer should hold no buffer: WaitReadable first, then Get.
type Buffers struct {
	size int
	pool sync.Pool // of *byte, the first byte of a slice of size bytes
}

// NewBuffers makes a pool of buffers of size bytes; DefaultBufferSize where size
// is not positive.
func NewBuffers(size int) *Buffers {
	if size <= 0 {
		size = DefaultBufferSize
	}
	return &Buffers{size: size}
}

// Size is the length of every buffer of the pool.
func (b *Buffers) Size() int { return b.size }

// Get gives a buffer of Size bytes whose content is left over from its last use.
func (b *Buffers) Get() []byte {
	if p, ok := b.pool.Get().(*byte); ok {
		return unsafe.Slice(p, b.size)
	}
	return make([]byte, b.size)
}

// Put gives a buffer back. It may be resliced at its end, but must start where
// Get had it start; what has another capacity is left to the garbage collector.
// Nobody may touch the bytes afterwards.
func (b *Buffers) Put(p []byte) {
	if cap(p) != b.size {
		return
	}
	b.pool.Put(unsafe.SliceData(p[:b.size]))
}
