package conn

import (
	"syscall"
	"unsafe"
)

// peek is recv(2) with MSG_PEEK. x/sys's Recvfrom would allocate an address.
func peek(fd int, p []byte) (int, syscall.Errno) {
	for {
		n, _, e := syscall.Syscall6(syscall.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
		if e != syscall.EINTR {
			return int(n), e
		}
	}
}
