package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// startDir is the directory that relative paths on the command line are
// relative to, "" when it cannot be known.
func startDir() string {
	dir, _ := os.Getwd()
	return dir
}

// executable is the path that this program was started by, for messages and for
// starting it again: the file there may be a newer one by then, and a symbolic
// link keeps its name, which os.Executable would follow.
func executable(name string) string {
	path := executedPath()
	if path == "" {
		path = name
		if !strings.Contains(name, "/") {
			path, _ = exec.LookPath(name)
		}
	}
	if _, err := os.Stat(path); err != nil {
		path, _ = os.Executable()
	}
	return path
}

// absolute makes a path independent of the working directory.
func absolute(dir, path string) string {
	if filepath.IsAbs(path) || dir == "" {
		return path
	}
	return filepath.Join(dir, path)
}
