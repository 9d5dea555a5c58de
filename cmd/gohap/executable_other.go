//go:build !linux

package main

func executedPath() string { return "" }

// keepName has nothing to do: the system names a process after its file.
func keepName(string) {}
