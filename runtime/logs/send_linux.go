package logs

import (
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sendFlags: never wait, never raise SIGPIPE.
const sendFlags = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL

// address is a UDP address in the kernel's form. It is only read after it was
// made, so that any number of goroutines send to it at once.
type address struct {
	raw unix.RawSockaddrInet6 // or RawSockaddrInet4 in its first bytes
	len uintptr
}

func newAddress(to netip.AddrPort) address {
	var a address
	// Ports lie in network byte order.
	port := [2]byte{byte(to.Port() >> 8), byte(to.Port())}
	if ip := to.Addr().Unmap(); ip.Is4() {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&a.raw))
		v4.Family, v4.Addr = unix.AF_INET, ip.As4()
		*(*[2]byte)(unsafe.Pointer(&v4.Port)) = port
		a.len = unix.SizeofSockaddrInet4
		return a
	}
	a.raw.Family, a.raw.Addr = unix.AF_INET6, to.Addr().As16()
	*(*[2]byte)(unsafe.Pointer(&a.raw.Port)) = port
	a.len = unix.SizeofSockaddrInet6
	return a
}

func (a *address) family() int { return int(a.raw.Family) }

// send sends a datagram. The call does not wait, so the scheduler need not be
// told of it.
func (a *address) send(fd int, line []byte) syscall.Errno {
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd),
		uintptr(unsafe.Pointer(unsafe.SliceData(line))), uintptr(len(line)), sendFlags,
		uintptr(unsafe.Pointer(&a.raw)), a.len)
	return errno
}

// sendConnected sends a datagram to the peer of a connected socket.
func sendConnected(fd int, line []byte) syscall.Errno {
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd),
		uintptr(unsafe.Pointer(unsafe.SliceData(line))), uintptr(len(line)), sendFlags, 0, 0)
	return errno
}
