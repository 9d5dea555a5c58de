package conn

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// MaxUnixPath is how long the path of a unix listener may be: a suffix with the
// process's number must fit behind it. Longer ones are HAProxy's "socket path
// '…' too long (max 97)".
const MaxUnixPath = 97

// abstractSize is what HAProxy pads abstract names to, with zeros, on both sides
// of a connection; a shorter name would be another one.
const abstractSize = 108

func abstractName(name string) string {
	if n := abstractSize - 1 - len(name); n > 0 {
		name += strings.Repeat("\x00", n)
	}
	return "@" + name
}

// bindUnix makes a listening unix socket. A path comes into being with its final
// owner and mode, and replaces its predecessor in one step, so that there is no
// moment without a socket: it is bound under a temporary name, then renamed. The
// predecessor is kept under another until that has worked.
func (o *ListenOptions) bindUnix() (int, error) {
	fd, err := o.Namespace.socket(unix.AF_UNIX)
	if err != nil {
		return -1, o.fail("cannot create receiving socket", err)
	}
	if o.Kind == ListenAbstract {
		err = o.bindAbstract(fd)
	} else {
		err = o.bindPath(fd)
	}
	if err == nil {
		err = o.listen(fd)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func (o *ListenOptions) bindAbstract(fd int) error {
	err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: abstractName(o.Path)})
	if err == nil {
		return nil
	}
	e := o.fail("cannot bind UNIX socket", err)
	if errors.Is(err, syscall.EADDRINUSE) {
		e.Reason = "already in use"
	}
	return e
}

func (o *ListenOptions) bindPath(fd int) (err error) {
	pid := "." + strconv.Itoa(os.Getpid())
	temp, kept := o.Path+pid+".tmp", o.Path+pid+".bak"
	if len(o.Path) > MaxUnixPath {
		return o.fail("socket path too long", nil)
	}
	if err := removed(temp); err != nil {
		return o.fail("error when trying to unlink previous UNIX socket", err)
	}
	if err := removed(kept); err != nil {
		return o.fail("error when trying to unlink previous UNIX socket", err)
	}
	if err := unix.Link(o.Path, kept); err != nil && err != syscall.ENOENT {
		return o.fail("error when trying to preserve previous UNIX socket", err)
	}
	defer os.Remove(kept)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: temp}); err != nil {
		return o.fail("cannot bind UNIX socket", err)
	}
	if err := o.own(temp); err != nil {
		unix.Unlink(temp)
		return o.fail("cannot change UNIX socket ownership", err)
	}
	if err := unix.Rename(temp, o.Path); err != nil {
		unix.Unlink(temp)
		return o.fail("cannot switch final and temporary UNIX sockets", err)
	}
	return nil
}

// own gives the socket its owner and mode.
func (o *ListenOptions) own(path string) error {
	uid, gid := -1, -1
	if o.UID != nil {
		uid = *o.UID
	}
	if o.GID != nil {
		gid = *o.GID
	}
	if uid >= 0 || gid >= 0 {
		if err := unix.Chown(path, uid, gid); err != nil {
			return err
		}
	}
	if o.Mode != 0 {
		return unix.Chmod(path, uint32(o.Mode.Perm()))
	}
	return nil
}

// removed makes sure that nothing is at path.
func removed(path string) error {
	if err := unix.Unlink(path); err != syscall.ENOENT {
		return err
	}
	return nil
}
