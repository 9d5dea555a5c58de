package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

// largeHeap is how much a configuration may take before its garbage is collected
// while it is being loaded.
const largeHeap = 256 << 20

// largeConfig is from which size on a configuration is checked in large pages, in bytes.
const largeConfig = 64 << 10

// size is that of files, in bytes. Who cannot read one says so later.
func size(files []string) (n int64) {
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			n += info.Size()
		}
	}
	return n
}

// collectLater has loading go without the garbage collector, which would mark over
// and over what stays: with 10,000 servers that was two fifths of the CPU time. A
// heap beyond largeHeap is collected as usual, and so is any whose user has set
// GOGC or GOMEMLIMIT. The result ends it, for a process that lives on.
func collectLater() (end func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(largeHeap)
	usual := sync.OnceFunc(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	// Nothing refers to this: it goes with the first collection, which means that the
	// limit has been reached. To stay at it would mean to collect all the time.
	runtime.AddCleanup(new([64]byte), func(struct{}) { usual() }, struct{}{})
	return func() {
		usual()
		var m runtime.MemStats
		if runtime.ReadMemStats(&m); m.HeapAlloc > largeHeap/8 {
			debug.FreeOSMemory()
		}
	}
}
