//go:build !linux

package logs

import (
	"net/netip"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// address is a UDP address. The system's form of it is made anew in each
// call, inside the value, hence the lock.
type address struct {
	mu       *sync.Mutex
	sockaddr unix.Sockaddr
	af       int
}

func newAddress(to netip.AddrPort) address {
	if ip := to.Addr().Unmap(); ip.Is4() {
		return address{new(sync.Mutex), &unix.SockaddrInet4{Port: int(to.Port()), Addr: ip.As4()}, unix.AF_INET}
	}
	return address{new(sync.Mutex), &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}, unix.AF_INET6}
}

func (a *address) family() int { return a.af }

// send sends a datagram without waiting.
func (a *address) send(fd int, line []byte) syscall.Errno {
	a.mu.Lock()
	defer a.mu.Unlock()
	return result(unix.Sendto(fd, line, unix.MSG_DONTWAIT, a.sockaddr))
}

// sendConnected sends a datagram to the peer of a connected socket, which is
// non-blocking.
func sendConnected(fd int, line []byte) syscall.Errno {
	_, err := unix.Write(fd, line)
	return result(err)
}

func result(err error) syscall.Errno {
	if err == nil {
		return 0
	}
	return errnoOf(err)
}
