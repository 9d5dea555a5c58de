package logs

import (
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// sender owns the way to one target. All loggers of a store with that target
// share it. Sending is one system call per line; a sender is also the place
// where lines would be gathered for fewer calls.
type sender struct {
	target Target
	users  int // loggers that hold it; guarded by the store's mutex
	fd     int

	to address // of a UDP target

	// connected says that a unix socket has a peer.
	connected atomic.Bool
	peer      unix.Sockaddr // the address of that peer; guarded by mu

	// mu is held while a unix socket is connected again, and while a line is
	// written to a file descriptor, to keep it whole.
	mu      sync.Mutex
	rest    []byte // the end of a line that was taken in part
	restore bool   // fd was made non-blocking here
}

func openSender(t Target) (*sender, error) {
	s := &sender{target: t, fd: -1}
	var err error
	switch t.kind {
	case udpTarget:
		s.to = newAddress(t.addr)
		s.fd, err = openSocket(s.to.family())
	case unixTarget, abstractTarget:
		s.peer = &unix.SockaddrUnix{Name: t.path}
		if t.kind == abstractTarget {
			s.peer = abstract(t.path)
		}
		if s.fd, err = openSocket(unix.AF_UNIX); err == nil {
			// A daemon that is not there yet is looked for at the first line.
			s.connect()
		}
	case fdTarget:
		s.fd = t.fd
		s.setNonblock()
	case ringTarget:
	default:
		err = syscall.EINVAL
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// openSocket opens a datagram socket that no child process inherits.
func openSocket(family int) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Socket(family, unix.SOCK_DGRAM, 0)
	if err != nil {
		return -1, err
	}
	unix.CloseOnExec(fd)
	return fd, unix.SetNonblock(fd, true)
}

// abstract is the address of a name in Linux's abstract name space, of full
// length as HAProxy writes it.
func abstract(name string) *unix.SockaddrUnix {
	padded := make([]byte, len(unix.RawSockaddrUnix{}.Path))
	padded[0] = '@'
	copy(padded[1:], name)
	return &unix.SockaddrUnix{Name: string(padded)}
}

// setNonblock makes a descriptor that could block not do so. Regular files do
// not block, and their flags are better left alone.
func (s *sender) setNonblock() {
	var stat unix.Stat_t
	if unix.Fstat(s.fd, &stat) != nil || stat.Mode&unix.S_IFMT == unix.S_IFREG {
		return
	}
	flags, err := unix.FcntlInt(uintptr(s.fd), unix.F_GETFL, 0)
	if err != nil || flags&unix.O_NONBLOCK != 0 {
		return
	}
	s.restore = unix.SetNonblock(s.fd, true) == nil
}

// close ends the sender. An inherited descriptor stays open, as it was.
func (s *sender) close() {
	switch {
	case s.target.kind == ringTarget:
	case s.target.kind != fdTarget:
		unix.Close(s.fd)
	case s.restore:
		unix.SetNonblock(s.fd, false)
	}
}

// send sends one whole line without waiting; 0 means that it was taken.
func (s *sender) send(line []byte) syscall.Errno {
	switch s.target.kind {
	case udpTarget:
		return s.to.send(s.fd, line)
	case fdTarget:
		return s.write(line)
	}
	if s.connected.Load() {
		errno := sendConnected(s.fd, line)
		if errno == 0 || errno == unix.EAGAIN || errno == unix.ENOBUFS || errno == unix.EMSGSIZE {
			return errno
		}
		s.connected.Store(false)
	}
	if errno := s.connect(); errno != 0 {
		return errno
	}
	return sendConnected(s.fd, line)
}

// connect connects a unix socket to whoever listens under its name now: the
// daemon was restarted, or had not been there.
func (s *sender) connect() syscall.Errno {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connected.Load() {
		return 0
	}
	if err := unix.Connect(s.fd, s.peer); err != nil {
		return errnoOf(err)
	}
	s.connected.Store(true)
	return 0
}

// write writes a line to a file descriptor. Where only a part of it is taken,
// the rest goes before anything else next time, so that lines stay whole.
func (s *sender) write(line []byte) syscall.Errno {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rest) > 0 {
		n, errno := writeSome(s.fd, s.rest)
		s.rest = s.rest[:copy(s.rest, s.rest[n:])]
		if errno != 0 {
			return errno
		}
	}
	n, errno := writeSome(s.fd, line)
	if n > 0 && n < len(line) {
		s.rest = append(s.rest[:0], line[n:]...)
		return 0
	}
	return errno
}

// writeSome writes until the descriptor takes no more. An error may come
// after some bytes.
func writeSome(fd int, text []byte) (n int, errno syscall.Errno) {
	for n < len(text) {
		m, err := unix.Write(fd, text[n:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return n, errnoOf(err)
		}
		n += m
	}
	return n, 0
}

// errnoOf is the number of a system error.
func errnoOf(err error) syscall.Errno {
	if errno, ok := err.(syscall.Errno); ok {
		return errno
	}
	return syscall.EINVAL
}
