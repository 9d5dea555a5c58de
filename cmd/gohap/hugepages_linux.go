package main

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// largePages has the system give the heap its memory in large pages, where it has them
// (transparent_hugepage "madvise"). A process that checks a file and ends touches all of
// its memory once: with small pages, a third of the CPU time of a large configuration
// and more is page faults. A process that lives on is better off with what it needs.
func largePages() {
	// The heap grows by this much here, of which nothing is touched, and what is
	// allocated from now on comes from there. On anything else the advice has no effect.
	const size = 64 << 20
	room = make([]byte, size)
	unix.Syscall(unix.SYS_MADVISE, uintptr(unsafe.Pointer(&room[0])), size, unix.MADV_HUGEPAGE)
	room = nil
	runtime.GC()
}

// room keeps the memory on the heap.
var room []byte
