//go:build !linux

package conn

import (
	"syscall"

	"golang.org/x/sys/unix"
)

type iovecs struct{}

// send is sendmsg(2) of what is left.
func (v *vector) send(fd, flags int) (int, syscall.Errno) {
	n, err := unix.SendmsgBuffers(fd, v.bufs[:], nil, nil, flags)
	if e, ok := err.(syscall.Errno); ok {
		return 0, e
	}
	return n, 0
}

type gatherVec struct{}

// send is sendmsg(2) of the first pieces that are left.
func (g *gathering) send(fd int) (int, syscall.Errno) {
	n, err := unix.SendmsgBuffers(fd, g.left[:min(len(g.left), maxPieces)], nil, nil, 0)
	if e, ok := err.(syscall.Errno); ok {
		return 0, e
	}
	return n, 0
}
