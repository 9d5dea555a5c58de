//go:build !linux

package main

import "syscall"

// unblockHere has nothing to do where nothing is blocked.
func unblockHere(...syscall.Signal) {}

// blockHere does nothing: a signal that arrives while a program is replaced by
// another one has its default effect here.
func blockHere(...syscall.Signal) {}
