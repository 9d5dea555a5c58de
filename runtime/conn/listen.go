package conn

import (
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// ListenKind is the kind of a listening socket.
type ListenKind uint8

const (
	ListenTCP      ListenKind = iota // Addr
	ListenUnix                       // Path in the file system
	ListenAbstract                   // Path is a name in Linux's abstract namespace, without "@"
	ListenFD                         // FD is bound already, inherited or handed over
	ListenSockPair                   // FD is a unix socket over which connections are sent
)

// ListenOptions describes one listening socket: what one address of a bind line
// asks for. The zero value is a TCP socket without an address, which cannot be
// bound; every other field may stay zero.
type ListenOptions struct {
	Kind ListenKind
	Addr netip.AddrPort
	Path string
	// FD is the descriptor of ListenFD and ListenSockPair. With the other kinds, a
	// positive one is a socket that is bound to the address already, handed over
	// by a predecessor. The listener owns it once it is made.
	FD int

	Backlog int // length of the kernel's queue; 0 takes Maxconn, or 1024
	Maxconn int // connections from this listener at a time; 0 sets no bound
	// Limits are shared with other listeners: the frontend's maxconn, the
	// process's.
	Limits []*Limit

	// TCP only.
	V6Only      bool // no IPv4 clients on an IPv6 address
	Transparent bool // accept for addresses that are not this machine's
	FreeBind    bool // bind to an address that does not exist yet
	Interface   string
	DeferAccept bool // wake up only once the client has sent something
	FastOpen    bool
	MSS         int  // maximum segment size to announce; 0 leaves the system's
	NoReusePort bool // "noreuseport", -dR
	DelayAck    bool // acknowledge the request with the response, not before
	UserTimeout time.Duration
	KeepAlive   *KeepAlive // of the accepted connections
	NoLinger    bool       // of the accepted connections
	Mark        uint32     // of the accepted connections
	Namespace   *Namespace // to listen in; nil for the process's own

	// Unix only; nil and zero leave what the system gives.
	Mode     os.FileMode
	UID, GID *int

	// Threads are the shards that connections from here may be on, the lowest bit
	// the first; zero means all. With Go's netpoller that is a number, no place.
	Threads uint64

	// Apart says that the connections' handlers wait for other things than this
	// package's too: files, locks, names. They are kept off the loops.
	Apart bool

	// OnError hears why accept fails: ErrResource where descriptors or memory are
	// used up. It is called at most once a second.
	OnError func(err error)
}

// Listener is a listening socket. Its methods may be called from any task.
type Listener struct {
	opts     ListenOptions
	limits   []*Limit
	own      Limit // Maxconn
	warnings []error
	wake     Event // something changed for an accept loop that waits

	// mu guards what follows; the accept loop uses shell without it.
	mu        sync.Mutex
	sock      descriptor
	shell     Conn // whose reading half waits for connections, where no loop does
	paused    bool
	suspended bool // by Suspend; paused too
	stopped   bool
	serving   bool // Serve runs, and closes the socket

	acceptors
	unix     bool
	local    netip.AddrPort // where all connections arrive; zero where that differs
	reported int64          // when OnError was called last
}

// Options gives what the listener was made from.
func (l *Listener) Options() *ListenOptions { return &l.opts }

// Warnings are the options that the system refused and that the listener does
// without, each a *BindError. HAProxy prints them as warnings.
func (l *Listener) Warnings() []error { return l.warnings }

// Limit is the listener's own maxconn; its Current is the number of open
// connections that came from here.
func (l *Listener) Limit() *Limit { return &l.own }

// adopt takes over a bound descriptor.
func (l *Listener) adopt(fd int) {
	l.attach(fd)
	l.shell.use(l.sock)
}

// Pause stops accepting. The socket stays, and the kernel queues connections; one
// that was being accepted may still come through.
func (l *Listener) Pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pause()
}

func (l *Listener) pause() {
	if l.paused || l.stopped {
		return
	}
	l.paused = true
	l.shell.Interrupt()
	l.changed()
}

// Resume accepts again after Pause or Suspend. The error is a *BindError where
// the address was lost meanwhile.
func (l *Listener) Resume() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.paused || l.stopped {
		return nil
	}
	if l.suspended {
		if err := l.relisten(); err != nil {
			return err
		}
		l.suspended = false
	}
	l.paused = false
	l.shell.Resume()
	l.changed()
	return nil
}

// Suspend gives the address free so that another process can bind to it, as
// SIGTTOU does: connections are refused until Resume. A unix socket with a path
// goes on accepting: the other process replaces it. Nor can an inherited one be
// given free.
func (l *Listener) Suspend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.suspended || l.stopped {
		return
	}
	switch l.opts.Kind {
	case ListenTCP:
		l.pause()
		l.suspended = true
		l.sock.control(unlisten)
	case ListenAbstract:
		l.pause()
		l.suspended = true
		l.sock.close(nil)
	}
}

// relisten undoes a Suspend.
func (l *Listener) relisten() error {
	if l.opts.Kind == ListenAbstract {
		fd, err := l.opts.bindUnix()
		if err != nil {
			return err
		}
		l.adopt(fd)
		return nil
	}
	return l.sock.control(l.opts.listen)
}

// Stop closes the socket and ends Serve, which first takes what clients have
// connected already: the kernel would reset it. Connections accepted before live
// on, and a unix socket's file stays: a successor may own it by now.
func (l *Listener) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	l.stopped = true
	if l.serving {
		l.shell.Interrupt()
	} else {
		l.sock.close(nil)
	}
	l.changed()
}

// WithFD runs f with the descriptor, for example to send it to another process.
// f must neither keep it nor change its flags.
func (l *Listener) WithFD(f func(fd int) error) error {
	l.mu.Lock()
	d := l.sock
	l.mu.Unlock()
	return d.control(f)
}

// File gives a duplicate of the socket, to hand to a child process. Closing it is
// the caller's business, and so is closing the listener.
func (l *Listener) File() (f *os.File, err error) {
	err = l.WithFD(func(fd int) error {
		n, err := syscall.Dup(fd)
		if err == nil {
			syscall.CloseOnExec(n)
			f = os.NewFile(uintptr(n), "listener")
		}
		return asSysErr(err)
	})
	return f, err
}

// Addr is the address that the socket is bound to; zero on unix sockets. It
// tells the port where port 0 was asked for.
func (l *Listener) Addr() (a netip.AddrPort) {
	l.WithFD(func(fd int) error {
		sa, err := syscall.Getsockname(fd)
		if err == nil {
			a = addrPort(sa)
		}
		return err
	})
	return a
}
