package reload

import (
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// dial connects to the old process; see [Fetch].
func dial(address string) (*net.UnixConn, error) {
	if number, ok := strings.CutPrefix(address, "sockpair@"); ok {
		fd, err := strconv.Atoi(number)
		if err != nil {
			return nil, err
		}
		return Connect(fd)
	}
	name := strings.TrimPrefix(address, "unix@")
	if abstract, ok := strings.CutPrefix(address, "abns@"); ok {
		name = AbstractName(abstract)
	}
	return net.DialUnix("unix", nil, &net.UnixAddr{Name: name, Net: "unix"})
}

// AbstractName is the name of an abstract socket as Go's net package takes it:
// HAProxy pads such names with zeros to the full length.
func AbstractName(name string) string {
	const full = 107
	return "@" + name + strings.Repeat("\x00", max(full-len(name), 0))
}

// Connect makes a connection through one end of a socket pair, whose number is
// fd: it makes another pair and sends one half there, together with two bytes
// that mean nothing. The process with the other end takes it with [Accept].
func Connect(fd int) (*net.UnixConn, error) {
	ends, err := NewPair()
	if err != nil {
		return nil, err
	}
	err = unix.Sendmsg(fd, []byte{0, 0}, unix.UnixRights(ends[1]), nil, 0)
	unix.Close(ends[1])
	if err != nil {
		unix.Close(ends[0])
		return nil, os.NewSyscallError("sendmsg", err)
	}
	return fileConn(ends[0])
}

// Accept waits for a connection that [Connect] makes on the other end of a
// pair. The error is io.EOF once the other process has closed its end.
func Accept(pair *net.UnixConn) (*net.UnixConn, error) {
	var b [2]byte
	oob := make([]byte, unix.CmsgSpace(4))
	_, k, _, _, err := pair.ReadMsgUnix(b[:], oob)
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, err
	}
	messages, err := unix.ParseSocketControlMessage(oob[:k])
	if err != nil || len(messages) == 0 {
		return nil, errors.New("a message without a descriptor")
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return nil, errors.New("a message without a descriptor")
	}
	for _, fd := range fds[1:] {
		unix.Close(fd)
	}
	unix.CloseOnExec(fds[0])
	return fileConn(fds[0])
}

// NewPair makes a pair of connected sockets, closed on exec.
func NewPair() (ends [2]int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	ends, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return ends, os.NewSyscallError("socketpair", err)
	}
	unix.CloseOnExec(ends[0])
	unix.CloseOnExec(ends[1])
	return ends, nil
}

// Pair takes over one end of a socket pair for [Accept].
func Pair(fd int) (*net.UnixConn, error) { return fileConn(fd) }

// fileConn makes a connection of a descriptor and consumes it.
func fileConn(fd int) (*net.UnixConn, error) {
	f := os.NewFile(uintptr(fd), "socket")
	if f == nil {
		return nil, unix.EBADF
	}
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		c.Close()
		return nil, errors.New("not a unix socket")
	}
	return u, nil
}
