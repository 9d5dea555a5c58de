package conn

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// receiveConn takes a connection out of a unix socket over which the other
// process sends descriptors.
func receiveConn(fd int) (accepted, error) {
	var b [64]byte
	oob := make([]byte, unix.CmsgSpace(4))
	n, k, _, _, err := unix.Recvmsg(fd, b[:], oob, recvFDFlags)
	if err != nil {
		return accepted{}, err
	}
	if n == 0 {
		return accepted{}, syscall.ENOTCONN // the other process has closed
	}
	got, err := parseFD(oob[:k])
	if err != nil {
		return accepted{}, err
	}
	if got, err = prepare(got); err != nil {
		return accepted{}, err
	}
	return accepted{fd: got}, nil
}

// parseFD gives the one descriptor of a control message.
func parseFD(oob []byte) (int, error) {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(msgs) == 0 {
		return -1, syscall.EINVAL
	}
	fds, err := unix.ParseUnixRights(&msgs[0])
	if err != nil || len(fds) == 0 {
		return -1, syscall.EINVAL
	}
	for _, fd := range fds[1:] {
		unix.Close(fd)
	}
	return fds[0], nil
}

// dialSockPair connects to a sockpair@ listener: it makes a pair of sockets and
// sends one of them there.
func dialSockPair(o *DialOptions) (*Conn, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, asSysErr(err)
	}
	err = unix.Sendmsg(o.SockPair, []byte{0, 0}, unix.UnixRights(fds[1]), nil, 0)
	unix.Close(fds[1])
	if err != nil {
		unix.Close(fds[0])
		return nil, asSysErr(err)
	}
	if _, err := prepare(fds[0]); err != nil {
		return nil, asSysErr(err)
	}
	c := &Conn{unix: true, shard: int32(o.Shard)}
	c.attach(fds[0], dialled, here())
	return c, nil
}

// prepare makes a descriptor non-blocking and closed on exec. It closes it where
// that fails.
func prepare(fd int) (int, error) {
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}
