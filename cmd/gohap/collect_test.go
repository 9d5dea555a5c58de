package main

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// settings are the collector's percentage and limit.
func settings() (int, int64) {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent, debug.SetMemoryLimit(-1)
}

func TestCollectLater(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	percent, limit := settings()
	end := collectLater()
	if p, l := settings(); p != -1 || l != largeHeap {
		t.Errorf("while loading: percent %d, limit %d", p, l)
	}
	end()
	if p, l := settings(); p != percent || l != limit {
		t.Errorf("afterwards: percent %d, limit %d, not %d and %d", p, l, percent, limit)
	}
	// What is set later stays, whenever the collector comes.
	defer debug.SetMemoryLimit(limit)
	debug.SetMemoryLimit(1 << 30)
	runtime.GC()
	time.Sleep(10 * time.Millisecond)
	if _, l := settings(); l != 1<<30 {
		t.Errorf("the limit became %d", l)
	}
}

// TestCollectLargeHeap has the collector come while the configuration is loaded.
func TestCollectLargeHeap(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	percent, limit := settings()
	end := collectLater()
	defer end()
	runtime.GC()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		p, l := settings()
		if p == percent && l == limit {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after a collection: percent %d, limit %d", p, l)
		}
	}
}

func TestCollectAsTold(t *testing.T) {
	t.Setenv("GOGC", "50")
	percent, limit := settings()
	defer collectLater()()
	if p, l := settings(); p != percent || l != limit {
		t.Errorf("with GOGC: percent %d, limit %d", p, l)
	}
}

// TestLargePages: what is allocated afterwards is as good as ever.
func TestLargePages(t *testing.T) {
	largePages()
	var all [][]byte
	for i := range 1000 {
		b := make([]byte, 10000)
		for _, c := range b {
			if c != 0 {
				t.Fatal("memory is not clean")
			}
		}
		b[i] = 1
		all = append(all, b)
	}
	for i, b := range all {
		if b[i] != 1 {
			t.Fatal("memory is not kept")
		}
	}
	if n, known := advised(t); known && n < 32<<20 {
		t.Errorf("the system was asked for large pages in %d bytes", n)
	}
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := size([]string{name, name, name + "none"}); n != 200 {
		t.Error("size:", n)
	}
}
