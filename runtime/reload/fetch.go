package reload

import (
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// The reasons why sockets could not be had, in HAProxy's words.
var (
	ErrCount    = errors.New("Failed to get the number of sockets to be transferred !")
	ErrTransfer = errors.New("Failed to transfer sockets!")
)

// ConnectError says that the old process could not be reached.
type ConnectError struct {
	Address string
	Err     error
}

// Error is HAProxy's text.
func (e *ConnectError) Error() string {
	return "Failed to connect to the old process socket '" + e.Address + "'"
}

func (e *ConnectError) Unwrap() error { return e.Err }

// Fetch asks the process behind address for its listening sockets. The address
// is the path of a stats socket, perhaps after "unix@", an abstract one after
// "abns@", or "sockpair@N" for one end of a pair whose other end accepts
// connections, as between master and worker. The error is a [*ConnectError],
// [ErrCount] or [ErrTransfer].
func Fetch(address string) (*Sockets, error) {
	c, err := dial(address)
	if err != nil {
		return nil, &ConnectError{address, err}
	}
	defer c.Close()
	return Receive(c)
}

// Receive asks for the sockets on a connection to the old process.
func Receive(c *net.UnixConn) (*Sockets, error) {
	c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, Command); err != nil {
		return nil, ErrCount
	}
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, ErrCount
	}
	count := int(native(head[:]))
	if count > maxSockets {
		return nil, ErrCount
	}
	r := receiver{c: c, want: count}
	if err := r.run(); err != nil {
		for _, fd := range r.fds {
			unix.Close(fd)
		}
		return nil, ErrTransfer
	}
	return r.sockets(), nil
}
