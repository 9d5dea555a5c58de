package main

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// mask changes which signals reach the calling thread, and ties the goroutine to
// it. A program that this thread executes starts with the same mask.
func mask(how int, signals ...syscall.Signal) {
	runtime.LockOSThread()
	var set unix.Sigset_t
	for _, s := range signals {
		bits := uint(unix.SizeofPtr * 8)
		set.Val[uint(s-1)/bits] |= 1 << (uint(s-1) % bits)
	}
	unix.PthreadSigmask(how, &set, nil)
}

func unblockHere(signals ...syscall.Signal) { mask(unix.SIG_UNBLOCK, signals...) }

func blockHere(signals ...syscall.Signal) { mask(unix.SIG_BLOCK, signals...) }
