//go:build unix && !race

package cache

import "syscall"

// takeMemory gets memory of the system, which takes room only as it is written to.
// What release is called with is free again.
func takeMemory(n int) (mem []byte, release func([]byte), err error) {
	mem, err = syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	return mem, func(b []byte) { syscall.Munmap(b) }, err
}
