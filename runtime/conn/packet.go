package conn

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// ListenPacket opens a socket for datagrams, at a UDP address or a unix socket.
// Of the options, those about the address count, and NoReusePort, Interface,
// Transparent, Namespace and V6Only. It is not for tasks of a loop to wait on.
func ListenPacket(o *ListenOptions) (net.PacketConn, error) {
	if o.Kind == ListenUnix || o.Kind == ListenAbstract {
		name := o.Path
		if o.Kind == ListenAbstract {
			name = "@" + name
		} else {
			os.Remove(name) // as of a process that is gone
		}
		c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
		if err != nil {
			return nil, o.fail("cannot bind UNIX socket", err)
		}
		return c, nil
	}
	sa, family := sockaddr(o.Addr)
	fd := -1
	var err error
	if out := o.Namespace.Within(func() { fd, err = unix.Socket(family, unix.SOCK_DGRAM, 0) }); out != nil {
		err = out
	}
	if err != nil {
		return nil, o.fail("cannot create receiving socket", err)
	}
	unix.CloseOnExec(fd)
	l := &Listener{opts: *o}
	if err := l.bind(fd, family, sa); err != nil {
		unix.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "")
	defer f.Close()
	return net.FilePacketConn(f)
}
