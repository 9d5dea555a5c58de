package main

import (
	"bytes"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// auxExecFn is the entry of the auxiliary vector that points to the path that
// execve was called with.
const auxExecFn = 31

func executedPath() string {
	vector, err := unix.Auxv()
	if err != nil {
		return ""
	}
	for _, entry := range vector {
		if entry[0] == auxExecFn {
			return memoryString(int64(entry[1]))
		}
	}
	return ""
}

// memoryString reads a C string of this process by its address.
func memoryString(at int64) string {
	f, err := os.Open("/proc/self/mem")
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, unix.PathMax)
	n, _ := f.ReadAt(b, at)
	if end := bytes.IndexByte(b[:n], 0); end >= 0 {
		return string(b[:end])
	}
	return ""
}

// keepName makes the process's name, as ps and killall see it, that of the
// command line: "exec -a haproxy gohap" is a haproxy to them.
func keepName(arg0 string) {
	name := filepath.Base(arg0)
	if len(name) > 15 {
		name = name[:15]
	}
	comm, err := os.ReadFile("/proc/self/comm")
	if err == nil && string(bytes.TrimSuffix(comm, []byte("\n"))) != name {
		os.WriteFile("/proc/self/comm", []byte(name), 0)
	}
}
