//go:build !linux

package conn

import (
	"net/netip"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	msgMore     = 0
	pollRdHup   = 0 // the sweep still sees POLLHUP
	recvFDFlags = 0
)

// QuickAck does nothing here.
func (c *Conn) QuickAck(bool) error { return nil }

// SetUserTimeout does not exist here.
func (c *Conn) SetUserTimeout(time.Duration) error { return ErrUnsupported }

// SetMark does not exist here.
func (c *Conn) SetMark(uint32) error { return ErrUnsupported }

// SetTOS sets the DS field of outgoing IPv4 packets.
func (c *Conn) SetTOS(tos uint8) error {
	if c.unix {
		return nil
	}
	return c.control(func(fd int) error { return setTOS(fd, tos) })
}

func setTOS(fd int, tos uint8) error {
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TOS, int(tos))
}

func streamSocket(family int) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, err
	}
	return prepare(fd)
}

func accept(fd int) (int, netip.AddrPort, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	n, sa, err := syscall.Accept(fd)
	if err != nil {
		return -1, netip.AddrPort{}, err
	}
	n, err = prepare(n)
	return n, addrPort(sa), err
}

func connect(fd int, to syscall.Sockaddr) error { return syscall.Connect(fd, to) }

// connected asks how a connect under way has ended: nil, an error, or EALREADY.
func connected(fd int, _ syscall.Sockaddr) error {
	e, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return err
	}
	if e != 0 {
		return syscall.Errno(e)
	}
	if _, err := unix.Getpeername(fd); err != nil {
		return syscall.EALREADY
	}
	return nil
}

func setTransparent(int, int) error           { return ErrUnsupported }
func setFreeBind(int) error                   { return ErrUnsupported }
func setInterface(int, string) error          { return ErrUnsupported }
func setDeferAccept(int) error                { return ErrUnsupported }
func setFastOpen(int, int) error              { return ErrUnsupported }
func setFastOpenConnect(int) error            { return ErrUnsupported }
func setUserTimeout(int, time.Duration) error { return ErrUnsupported }
func setLazyPort(int) error                   { return ErrUnsupported }

func setReusePort(fd int) error {
	return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
}

func setMark(int, uint32) error   { return ErrUnsupported }
func setQuickAck(int, bool) error { return ErrUnsupported }

// unlisten cannot be done here: the address stays taken.
func unlisten(int) error { return ErrUnsupported }
