package conn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls here never wait, so that Go's scheduler need not hear of them. Those
// of x/sys would also allocate an address.

// recv is recv(2).
func recv(fd int, p []byte) (int, syscall.Errno) { return recvFlags(fd, p, 0) }

// peek is recv(2) with MSG_PEEK.
func peek(fd int, p []byte) (int, syscall.Errno) { return recvFlags(fd, p, unix.MSG_PEEK) }

func recvFlags(fd int, p []byte, flags uintptr) (int, syscall.Errno) {
	for {
		n, _, e := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), flags|unix.MSG_DONTWAIT, 0, 0)
		switch e {
		case 0:
			return int(n), 0
		case syscall.EINTR:
		default:
			return -1, e
		}
	}
}

// send is send(2).
func send(fd int, p []byte, flags int) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), uintptr(flags|unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT), 0, 0)
	if e != 0 {
		return -1, e
	}
	return int(n), 0
}
