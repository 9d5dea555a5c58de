package stats

import (
	"sync/atomic"
	"unsafe"
)

// words views a block of counters, a struct that holds nothing but 64-bit
// atomics, as a slice of them, so that summing and clearing need no list of
// fields that could fall out of step with the struct.
func words[T any](block *T) []atomic.Uint64 {
	return unsafe.Slice((*atomic.Uint64)(unsafe.Pointer(block)), unsafe.Sizeof(*block)/8)
}

// add adds a block to a sum.
func add[T any](sum, block *T) {
	out, in := words(sum), words(block)
	for i := range in {
		if n := in[i].Load(); n != 0 {
			out[i].Add(n)
		}
	}
}

// zero clears a block. Events counted meanwhile may be lost.
func zero[T any](block *T) {
	w := words(block)
	for i := range w {
		w[i].Store(0)
	}
}
