package conn

import (
	"errors"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	msgMore      = unix.MSG_MORE
	recvFDFlags  = unix.MSG_CMSG_CLOEXEC
	tcpKeepIdle  = unix.TCP_KEEPIDLE
	tcpKeepIntvl = unix.TCP_KEEPINTVL
	tcpKeepCnt   = unix.TCP_KEEPCNT
)

// QuickAck switches delayed acknowledgements off, for the next few packets, or
// on ("option tcp-smart-accept" and "tcp-smart-connect" turn them on).
func (c *Conn) QuickAck(on bool) error {
	return c.setInt(unix.IPPROTO_TCP, unix.TCP_QUICKACK, boolInt(on))
}

// SetUserTimeout bounds how long sent bytes may stay unacknowledged before the
// kernel drops the connection ("tcp-ut").
func (c *Conn) SetUserTimeout(d time.Duration) error {
	return c.setInt(unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(millis(d)))
}

// SetMark sets the packets' netfilter mark; it needs privileges.
func (c *Conn) SetMark(mark uint32) error {
	return c.setInt(unix.SOL_SOCKET, unix.SO_MARK, int(mark))
}

// SetTOS sets the DS field of outgoing packets.
func (c *Conn) SetTOS(tos uint8) error {
	if c.unix {
		return nil
	}
	return c.control(func(fd int) error { return setTOS(fd, tos) })
}

// setTOS sets it for both families: an IPv6 socket may carry IPv4.
func setTOS(fd int, tos uint8) error {
	e4 := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TOS, int(tos))
	e6 := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_TCLASS, int(tos))
	if e4 != nil && e6 != nil {
		return e4
	}
	return nil
}

func streamSocket(family int) (int, error) {
	return unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
}

// connected asks how a connect under way has ended: nil, an error, or EALREADY.
func connected(fd int, sa syscall.Sockaddr) error {
	err := connect(fd, sa)
	if errors.Is(err, syscall.EISCONN) {
		return nil
	}
	return err
}

func setTransparent(fd, family int) error {
	if family == unix.AF_INET6 {
		return unix.SetsockoptInt(fd, unix.SOL_IPV6, unix.IPV6_TRANSPARENT, 1)
	}
	return unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_TRANSPARENT, 1)
}

func setFreeBind(fd int) error { return unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_FREEBIND, 1) }

func setInterface(fd int, name string) error { return unix.BindToDevice(fd, name) }

func setReusePort(fd int) error {
	return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
}

func setDeferAccept(fd int) error {
	return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1)
}

func setFastOpen(fd, backlog int) error {
	return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_FASTOPEN, backlog)
}

func setFastOpenConnect(fd int) error {
	return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_FASTOPEN_CONNECT, 1)
}

func setUserTimeout(fd int, d time.Duration) error {
	return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(millis(d)))
}

// setLazyPort lets the kernel choose the source port at connect, when it knows
// the whole 4-tuple, instead of at bind.
func setLazyPort(fd int) error {
	return unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
}

func setMark(fd int, mark uint32) error {
	return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_MARK, int(mark))
}

func setQuickAck(fd int, on bool) error {
	return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_QUICKACK, boolInt(on))
}

// unlisten takes a TCP socket out of the listening state and keeps its address,
// which others may then bind to.
func unlisten(fd int) error {
	sa := unix.RawSockaddr{Family: unix.AF_UNSPEC}
	_, _, e := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa)), unsafe.Sizeof(sa))
	if e != 0 {
		return e
	}
	return nil
}
