package conn

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TCPInfo asks the kernel, and reports false where the connection is not TCP. It
// costs a system call and no memory.
func (c *Conn) TCPInfo() (info TCPInfo, ok bool) {
	var k unix.TCPInfo
	err := c.control(func(fd int) error {
		size := uint32(unsafe.Sizeof(k))
		_, _, e := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.IPPROTO_TCP, unix.TCP_INFO,
			uintptr(unsafe.Pointer(&k)), uintptr(unsafe.Pointer(&size)), 0)
		if e != 0 {
			return e
		}
		return nil
	})
	return TCPInfo{
		RTT: time.Duration(k.Rtt) * time.Microsecond, RTTVar: time.Duration(k.Rttvar) * time.Microsecond,
		Unacked: k.Unacked, Sacked: k.Sacked, Lost: k.Lost, Retrans: k.Retrans, Fackets: k.Fackets, Reordering: k.Reordering,
	}, err == nil
}
