package conn

import (
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// BindError says why a listener could not be made, or which option it goes
// without, in HAProxy's words.
type BindError struct {
	What   string // "cannot bind socket"
	Reason string // "Address already in use"; may be empty
	For    string // the address, or the path of a unix socket
	Unix   bool
	// Starting: it happened after the socket was bound. HAProxy's message begins
	// with "Starting" then instead of "Binding".
	Starting bool
	Errno    syscall.Errno // 0 where there is none
}

// Error is HAProxy's text that follows "Binding [file:line] for frontend f: ".
func (e *BindError) Error() string {
	s := e.What
	if e.Reason != "" {
		s += " (" + e.Reason + ")"
	}
	if !e.Unix || e.Starting {
		s += " for"
	}
	return s + " [" + e.For + "]"
}

func (e *BindError) Unwrap() error {
	if e.Errno == 0 {
		return nil
	}
	return sysErr(e.Errno)
}

// Listen makes a listening socket. The error is a *BindError.
func Listen(o *ListenOptions) (*Listener, error) {
	l := &Listener{opts: *o}
	fd, err := l.socket()
	if err != nil {
		return nil, err
	}
	l.adopt(fd)
	if a := l.Addr(); !a.Addr().IsUnspecified() && !o.Transparent {
		l.local = a
	}
	l.own.SetMax(int64(o.Maxconn))
	l.limits = append([]*Limit{&l.own}, o.Limits...)
	return l, nil
}

// socket makes or takes over the descriptor.
func (l *Listener) socket() (int, error) {
	switch o := &l.opts; {
	case o.FD > 0 || o.Kind == ListenFD || o.Kind == ListenSockPair:
		return l.inherit()
	case o.Kind == ListenTCP:
		return l.bindTCP()
	default:
		l.unix = true
		return o.bindUnix()
	}
}

// fail makes a BindError of the first stage. A nil err has no reason to show.
func (o *ListenOptions) fail(what string, err error) *BindError {
	e := &BindError{What: what, For: o.String(), Unix: o.Kind == ListenUnix || o.Kind == ListenAbstract}
	if err != nil {
		e.Errno, _ = Errno(err)
		e.Reason = strerror(e.Errno)
	}
	return e
}

// String is the address as HAProxy's binding messages show it: without brackets
// around IPv6, and empty for an abstract socket.
func (o *ListenOptions) String() string {
	switch o.Kind {
	case ListenUnix:
		return o.Path
	case ListenAbstract:
		return ""
	case ListenFD:
		return "fd@" + strconv.Itoa(o.FD)
	case ListenSockPair:
		return "sockpair@" + strconv.Itoa(o.FD)
	}
	ip := "::"
	if a := o.Addr.Addr(); !a.Is6() || !a.IsUnspecified() {
		ip = a.String()
	}
	return ip + ":" + strconv.Itoa(int(o.Addr.Port()))
}

// CheckFD tells whether a descriptor named in the configuration ("fd@3") can be
// used: it must be a socket. The error's Strerror is what HAProxy prints.
func CheckFD(fd int) error {
	_, err := unix.Getsockname(fd)
	return asSysErr(err)
}

// inherit prepares a descriptor that came from elsewhere.
func (l *Listener) inherit() (int, error) {
	o := &l.opts
	sa, err := syscall.Getsockname(o.FD)
	if err != nil {
		return -1, o.fail("cannot use file descriptor", err)
	}
	l.unix = !addrPort(sa).IsValid()
	unix.CloseOnExec(o.FD)
	if err := unix.SetNonblock(o.FD, true); err != nil {
		return -1, o.fail("cannot make socket non-blocking", nil)
	}
	if o.Kind == ListenSockPair {
		return o.FD, nil
	}
	if !l.unix {
		l.tune(o.FD)
	}
	return o.FD, o.listen(o.FD)
}

// listen makes a bound socket listen, again where it does already: the backlog
// may have changed.
func (o *ListenOptions) listen(fd int) error {
	err := unix.Listen(fd, o.backlog())
	if err == nil {
		return nil
	}
	e := o.fail("cannot listen to socket", err)
	if e.Starting = true; e.Unix {
		e.What, e.Reason = "cannot listen to UNIX socket", ""
	}
	return e
}

func (o *ListenOptions) backlog() int {
	switch {
	case o.Backlog > 0:
		return o.Backlog
	case o.Maxconn > 0:
		return o.Maxconn
	}
	return 1024
}
