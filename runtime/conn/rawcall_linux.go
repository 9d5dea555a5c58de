package conn

import (
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls here are made once or twice for each connection and never wait, so
// that Go's scheduler need not hear of them: its monitor would take away from a
// loop what it lacks to go on.

func closeFD(fd int) { syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(fd), 0, 0) }

func shutdown(fd, how int) {
	syscall.RawSyscall(syscall.SYS_SHUTDOWN, uintptr(fd), uintptr(how), 0)
}

func epollCtl(epoll, op, fd int, e *unix.EpollEvent) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_CTL, uintptr(epoll), uintptr(op), uintptr(fd),
		uintptr(unsafe.Pointer(e)), 0, 0)
	return asError(errno)
}

// accept takes a connection from a listening socket's queue. The address is zero
// where it is not IP.
func accept(fd int) (int, netip.AddrPort, error) {
	var sa syscall.RawSockaddrAny
	size := uint32(unsafe.Sizeof(sa))
	n, _, errno := syscall.RawSyscall6(syscall.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&sa)),
		uintptr(unsafe.Pointer(&size)), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	if errno != 0 {
		return -1, netip.AddrPort{}, errno
	}
	return int(n), rawAddrPort(&sa), nil
}

// connect is connect(2).
func connect(fd int, to syscall.Sockaddr) error {
	switch a := to.(type) {
	case *syscall.SockaddrInet4:
		sa := syscall.RawSockaddrInet4{Family: syscall.AF_INET, Addr: a.Addr}
		*(*[2]byte)(unsafe.Pointer(&sa.Port)) = [2]byte{byte(a.Port >> 8), byte(a.Port)}
		_, _, errno := syscall.RawSyscall(syscall.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa)), unsafe.Sizeof(sa))
		return asError(errno)
	case *syscall.SockaddrInet6:
		sa := syscall.RawSockaddrInet6{Family: syscall.AF_INET6, Addr: a.Addr, Scope_id: a.ZoneId}
		*(*[2]byte)(unsafe.Pointer(&sa.Port)) = [2]byte{byte(a.Port >> 8), byte(a.Port)}
		_, _, errno := syscall.RawSyscall(syscall.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa)), unsafe.Sizeof(sa))
		return asError(errno)
	}
	return syscall.Connect(fd, to)
}

func asError(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}

func rawAddrPort(sa *syscall.RawSockaddrAny) netip.AddrPort {
	port := func(p *uint16) uint16 {
		b := (*[2]byte)(unsafe.Pointer(p))
		return uint16(b[0])<<8 | uint16(b[1])
	}
	switch sa.Addr.Family {
	case syscall.AF_INET:
		a := (*syscall.RawSockaddrInet4)(unsafe.Pointer(sa))
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), port(&a.Port))
	case syscall.AF_INET6:
		a := (*syscall.RawSockaddrInet6)(unsafe.Pointer(sa))
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), port(&a.Port))
	}
	return netip.AddrPort{}
}
