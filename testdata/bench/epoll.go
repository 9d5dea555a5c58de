package main

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// epollWait waits with a limit finer than a millisecond.
func epollWait(epoll int, events []unix.EpollEvent, limit time.Duration) (int, error) {
	t := unix.NsecToTimespec(max(0, limit.Nanoseconds()))
	for {
		n, _, err := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])),
			uintptr(len(events)), uintptr(unsafe.Pointer(&t)), 0, 0)
		if err == unix.EINTR {
			continue
		}
		if err != 0 {
			return 0, err
		}
		return int(n), nil
	}
}
