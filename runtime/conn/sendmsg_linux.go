package conn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// iovecs is sendmsg's argument.
type iovecs struct {
	msg unix.Msghdr
	vec [3]unix.Iovec
}

// send is sendmsg(2) of what is left.
func (v *vector) send(fd, flags int) (int, syscall.Errno) {
	if len(v.bufs[1])+len(v.bufs[2]) == 0 {
		return send(fd, v.bufs[0], flags)
	}
	k := 0
	for _, b := range v.bufs {
		if len(b) > 0 {
			v.vec[k].Base = unsafe.SliceData(b)
			v.vec[k].SetLen(len(b))
			k++
		}
	}
	v.msg.Iov = &v.vec[0]
	v.msg.SetIovlen(k)
	n, _, e := syscall.RawSyscall(syscall.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(&v.msg)), uintptr(flags|unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT))
	v.vec = [3]unix.Iovec{} // let go of the caller's bytes
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}

// gatherVec is sendmsg's argument.
type gatherVec struct {
	msg unix.Msghdr
	vec [maxPieces]unix.Iovec
}

// send is sendmsg(2) of the first pieces that are left.
func (g *gathering) send(fd int) (int, syscall.Errno) {
	k := min(len(g.left), maxPieces)
	for i, b := range g.left[:k] {
		g.vec[i].Base = unsafe.SliceData(b)
		g.vec[i].SetLen(len(b))
	}
	g.msg.Iov = &g.vec[0]
	g.msg.SetIovlen(k)
	n, _, e := syscall.RawSyscall(syscall.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(&g.msg)), unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT)
	clear(g.vec[:k]) // let go of the caller's bytes
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}
