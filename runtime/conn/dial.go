package conn

import (
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// DialOptions says where and how to connect. A server's are made once when the
// configuration is compiled and shared by all its connections; what differs per
// connection (Cancel, Shard, a transparent Source) is set in a copy.
type DialOptions struct {
	Addr netip.AddrPort // of a TCP server
	Path string         // of a unix socket instead
	// Abstract: Path is a name in Linux's abstract namespace.
	Abstract bool
	// SockPair, where positive, is the descriptor of a unix socket over which one
	// end of a new socket pair is sent ("sockpair@3").
	SockPair int

	Timeout time.Duration // for the connect; 0 leaves it to the kernel

	// Source is the address to connect from; zero leaves it to the kernel, and so
	// does a zero port within it.
	Source netip.AddrPort
	// Ports is a range of source ports of which any free one will do.
	Ports PortRange
	// Transparent lets Source be an address that is not this machine's.
	Transparent bool
	Interface   string     // to leave through (SO_BINDTODEVICE)
	Namespace   *Namespace // nil for the process's own

	FastOpen    bool // send the first bytes with the SYN
	KeepAlive   *KeepAlive
	UserTimeout time.Duration // tcp-ut
	Mark        uint32
	TOS         uint8

	Cancel *Cancel // to give up from another task
	// Near is a connection that the task which dials serves, so that its loop need not
	// be looked for; nil where there is none.
	Near *Conn
	// Shard is the one that the connection is to belong to, normally that of the
	// client's connection.
	Shard int
}

// PortRange is an inclusive range of ports; zero stands for none.
type PortRange struct{ First, Last uint16 }

// Dial connects, waiting in the calling task. The error's Cause says why not:
// ErrTimeout, ErrRefused, ErrUnreachable, ErrResource (no descriptor, no source
// port), ErrReset, ErrPermission, ErrAborted, ErrOther.
func Dial(o *DialOptions) (*Conn, error) {
	if o.SockPair > 0 {
		return dialSockPair(o)
	}
	sa, family := dialAddr(o)
	at := o.loop()
	fd, err := o.Namespace.socket(family)
	if (err == syscall.EMFILE || err == syscall.ENFILE) && at.closeNow() {
		fd, err = o.Namespace.socket(family)
	}
	if err != nil {
		return nil, asSysErr(err)
	}
	if err := prepareDial(fd, family, o); err != nil {
		unix.Close(fd)
		return nil, asSysErr(err)
	}
	err = connect(fd, sa)
	if err != nil && err != syscall.EINPROGRESS && err != syscall.EINTR {
		unix.Close(fd)
		return nil, asSysErr(err)
	}
	c := at.exhume()
	c.remote, c.unix, c.shard = o.Addr, o.Path != "", int32(o.Shard)
	if err == nil {
		c.attach(fd, dialled, at)
		return c, nil
	}
	c.attach(fd, connecting, at)
	if err := c.finishDial(sa, o); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// loop is that whose task calls, nil for none.
func (o *DialOptions) loop() *loop {
	if o.Near != nil {
		if l := o.Near.sock.turns(); l != nil {
			return l
		}
	}
	return here()
}

func dialAddr(o *DialOptions) (syscall.Sockaddr, int) {
	switch {
	case o.Abstract:
		return &syscall.SockaddrUnix{Name: abstractName(o.Path)}, unix.AF_UNIX
	case o.Path != "":
		return &syscall.SockaddrUnix{Name: o.Path}, unix.AF_UNIX
	}
	return sockaddr(o.Addr)
}

// finishDial waits until the connection stands.
func (c *Conn) finishDial(sa syscall.Sockaddr, o *DialOptions) error {
	if x := o.Cancel; x != nil {
		if !x.begin(c) {
			return ErrAborted
		}
		defer x.end()
	}
	c.SetWriteTimeout(o.Timeout)
	w := c.w.op()
	w.with = sa
	err := w.do(stepConnect)
	w.done()
	c.SetWriteTimeout(0)
	return err
}

func stepConnect(o *op, fd int) bool {
	if o.sound {
		return true
	}
	switch err := connected(fd, o.with.(syscall.Sockaddr)); err {
	case syscall.EALREADY, syscall.EINPROGRESS, syscall.EINTR:
		return false
	case nil:
	default:
		o.err = asSysErr(err)
	}
	return true
}

// prepareDial sets what must be set before connecting.
func prepareDial(fd, family int, o *DialOptions) error {
	if family == unix.AF_UNIX {
		return nil
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return err
	}
	if o.Interface != "" {
		if err := setInterface(fd, o.Interface); err != nil {
			return err
		}
	}
	if o.FastOpen {
		setFastOpenConnect(fd) // goes without where the system cannot
	}
	if o.KeepAlive != nil {
		if err := setKeepAlive(fd, *o.KeepAlive); err != nil {
			return err
		}
	}
	if o.UserTimeout > 0 {
		setUserTimeout(fd, o.UserTimeout) // likewise
	}
	if o.Mark != 0 {
		if err := setMark(fd, o.Mark); err != nil {
			return err
		}
	}
	if o.TOS != 0 {
		if err := setTOS(fd, o.TOS); err != nil {
			return err
		}
	}
	return bindSource(fd, family, o)
}

func bindSource(fd, family int, o *DialOptions) error {
	if !o.Source.IsValid() {
		return nil
	}
	if o.Transparent {
		if err := setTransparent(fd, family); err != nil {
			return err
		}
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return err
	}
	if o.Ports != (PortRange{}) {
		return bindRange(fd, o)
	}
	if o.Source.Port() == 0 {
		setLazyPort(fd)
	}
	sa, _ := sockaddr(o.Source)
	return syscall.Bind(fd, sa)
}

// nextPort spreads the search for a source port.
var nextPort atomic.Uint32

// bindRange takes the next free port of the range, starting one further each
// time, so that concurrent dials do not all try the same ones.
func bindRange(fd int, o *DialOptions) error {
	n := int(o.Ports.Last) - int(o.Ports.First) + 1
	if n <= 0 {
		return syscall.EINVAL
	}
	start := int(nextPort.Add(1)) % n
	var err error
	for i := range n {
		port := o.Ports.First + uint16((start+i)%n)
		sa, _ := sockaddr(netip.AddrPortFrom(o.Source.Addr(), port))
		if err = syscall.Bind(fd, sa); err != syscall.EADDRINUSE {
			return err
		}
	}
	return err
}
