package conn

import (
	"errors"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// bindTCP makes a listening TCP socket.
func (l *Listener) bindTCP() (int, error) {
	o := &l.opts
	sa, family := sockaddr(o.Addr)
	fd, err := o.Namespace.socket(family)
	if err != nil {
		return -1, o.fail("cannot create receiving socket", err)
	}
	if err := l.bind(fd, family, sa); err != nil {
		unix.Close(fd)
		return -1, err
	}
	l.tune(fd)
	if err := o.listen(fd); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func (l *Listener) bind(fd, family int, sa syscall.Sockaddr) error {
	o := &l.opts
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1) != nil {
		return o.fail("cannot do so_reuseaddr", nil)
	}
	if !o.NoReusePort {
		setReusePort(fd) // a convenience for reloads, not a must
	}
	// Binding to a foreign address needs privileges, to an absent one it does not,
	// and is enough where packets are redirected by other means.
	if o.Transparent && setTransparent(fd, family) != nil && setFreeBind(fd) != nil {
		return o.fail("cannot make receiving socket transparent", nil)
	}
	if o.FreeBind {
		l.try(setFreeBind(fd), "cannot bind to a nonexistent address", false)
	}
	if o.Interface != "" {
		err := setInterface(fd, o.Interface)
		e := o.fail("cannot bind receiver to device '"+o.Interface+"'", err)
		if err != nil && !errors.Is(err, syscall.ENODEV) {
			return e
		}
		if err != nil {
			l.warnings = append(l.warnings, e)
		}
	}
	if family == unix.AF_INET6 {
		unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, boolInt(o.V6Only))
	}
	if err := syscall.Bind(fd, sa); err != nil {
		return o.fail("cannot bind socket", err)
	}
	return nil
}

// tune sets the options that a TCP listener can go without. Accepted connections
// inherit those that concern them, which saves the calls for each.
func (l *Listener) tune(fd int) {
	o := &l.opts
	set := func(level, opt, v int) error { return unix.SetsockoptInt(fd, level, opt, v) }
	set(unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: int32(boolInt(o.NoLinger))})
	if o.MSS != 0 {
		l.try(set(unix.IPPROTO_TCP, unix.TCP_MAXSEG, o.MSS), "cannot set MSS to "+strconv.Itoa(o.MSS), true)
	}
	if o.UserTimeout > 0 {
		l.try(setUserTimeout(fd, o.UserTimeout), "cannot set TCP User Timeout", true)
	}
	if o.DeferAccept {
		l.try(setDeferAccept(fd), "cannot enable DEFER_ACCEPT", true)
	}
	if o.FastOpen {
		l.try(setFastOpen(fd, o.backlog()), "cannot enable TCP_FASTOPEN", true)
	}
	if o.KeepAlive != nil {
		l.try(setKeepAlive(fd, *o.KeepAlive), "cannot enable keep-alive", true)
	}
	if o.Mark != 0 {
		l.try(setMark(fd, o.Mark), "cannot set the mark", true)
	}
	if o.DelayAck {
		setQuickAck(fd, false)
	}
}

// try records an option that could not be set.
func (l *Listener) try(err error, what string, starting bool) {
	if err == nil {
		return
	}
	e := l.opts.fail(what, nil)
	e.Starting = starting
	l.warnings = append(l.warnings, e)
}
