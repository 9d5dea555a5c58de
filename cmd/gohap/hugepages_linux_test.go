package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// advised is how much of the process's memory is advised to be in large pages; known
// is false where the system has none.
func advised(t *testing.T) (size uint64, known bool) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		return 0, false
	}
	b, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	var first, last uint64
	for line := range strings.Lines(string(b)) {
		var a, z uint64
		if n, _ := fmt.Sscanf(line, "%x-%x", &a, &z); n == 2 {
			first, last = a, z
		} else if strings.HasPrefix(line, "VmFlags:") && strings.Contains(line, " hg") {
			size += last - first
		}
	}
	return size, true
}
