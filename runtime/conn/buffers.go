package conn

import "unsafe"

// DefaultBufferSize is HAProxy's default of tune.bufsize, in bytes.
const DefaultBufferSize = 16384

// Buffers is a pool of byte slices of one size, tune.bufsize. Neither Get nor Put
// allocates once the pool is warm. Any number of tasks may use it. A task that
// waits for a peer should hold no buffer: WaitReadable first, then Get.
type Buffers struct {
	size int
	pool Pool[byte] // the first bytes of slices of size bytes
}

// NewBuffers makes a pool of buffers of size bytes; DefaultBufferSize where size
// is not positive.
func NewBuffers(size int) *Buffers {
	if size <= 0 {
		size = DefaultBufferSize
	}
	b := &Buffers{size: size}
	b.pool.New = func() *byte { return unsafe.SliceData(make([]byte, size)) }
	return b
}

// Size is the length of every buffer of the pool.
func (b *Buffers) Size() int { return b.size }

// Get gives a buffer of Size bytes whose content is left over from its last use.
func (b *Buffers) Get() []byte { return b.GetFor(nil) }

// GetFor is Get for a task that uses c, which costs it less.
func (b *Buffers) GetFor(c *Conn) []byte { return unsafe.Slice(b.pool.Get(c), b.size) }

// Put gives a buffer back. It may be resliced at its end, but must start where
// Get had it start; what has another capacity is left to the garbage collector.
// Nobody may touch the bytes afterwards.
func (b *Buffers) Put(p []byte) { b.PutFor(nil, p) }

// PutFor is Put for a task that uses c, which costs it less.
func (b *Buffers) PutFor(c *Conn, p []byte) {
	if cap(p) == b.size {
		b.pool.Put(c, unsafe.SliceData(p[:b.size]))
	}
}
