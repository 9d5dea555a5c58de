//go:build !linux

package conn

import "syscall"

// peek is recv(2) with MSG_PEEK.
func peek(fd int, p []byte) (int, syscall.Errno) {
	for {
		n, _, err := syscall.Recvfrom(fd, p, syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		if err == nil {
			return n, 0
		}
		if e, ok := err.(syscall.Errno); ok && e != syscall.EINTR {
			return 0, e
		}
	}
}

// recv is read(2).
func recv(fd int, p []byte) (int, syscall.Errno) {
	for {
		n, err := syscall.Read(fd, p)
		if err == nil {
			return n, 0
		}
		if e, ok := err.(syscall.Errno); ok && e != syscall.EINTR {
			return -1, e
		}
	}
}

// send is write(2).
func send(fd int, p []byte, _ int) (int, syscall.Errno) {
	n, err := syscall.Write(fd, p)
	if e, ok := err.(syscall.Errno); ok {
		return -1, e
	}
	return n, 0
}
