package conn

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// The causes for which an operation of this package fails. They say nothing
// about the side on which it happened: the caller knows which connection it
// used. Every error that the package returns on the data path is one of these
// or wraps exactly one of them, apart from io.EOF for an orderly end of stream;
// none of them is allocated when it is returned.
var (
	// ErrTimeout: a timeout or deadline of this package passed.
	ErrTimeout error = &failure{text: "timed out", errno: syscall.ETIMEDOUT}
	// ErrClosed: this side has closed the connection or the listener.
	ErrClosed error = &failure{text: "closed by this side", errno: syscall.EBADF}
	// ErrReset: the peer dropped the connection (ECONNRESET, EPIPE, or the
	// kernel gave up on retransmissions).
	ErrReset error = &failure{text: "reset by peer", errno: syscall.ECONNRESET}
	// ErrRefused: nothing listens at the address.
	ErrRefused error = &failure{text: "refused", errno: syscall.ECONNREFUSED}
	// ErrUnreachable: no route, network or host down.
	ErrUnreachable error = &failure{text: "unreachable", errno: syscall.EHOSTUNREACH}
	// ErrResource: out of descriptors, ports or memory on this machine.
	ErrResource error = &failure{text: "out of resources", errno: syscall.EAGAIN}
	// ErrPermission: the kernel or a filter forbids it.
	ErrPermission error = &failure{text: "not permitted", errno: syscall.EACCES}
	// ErrAborted: another task gave up the operation, through Interrupt or a
	// Cancel.
	ErrAborted error = &failure{text: "aborted", errno: syscall.ECONNABORTED}
	// ErrProtocol: a PROXY or NetScaler header is missing or wrong.
	ErrProtocol error = &failure{text: "protocol error", errno: syscall.EPROTO}
	// ErrUnsupported: the operation does not exist on this system.
	ErrUnsupported error = &failure{text: "not supported here", errno: syscall.ENOTSUP}
	// ErrOther: an errno of none of the kinds above.
	ErrOther error = &failure{text: "failed", errno: syscall.EIO}
)

// failure is a cause without an errno of its own; the one it has only serves
// Strerror.
type failure struct {
	text  string
	errno syscall.Errno
}

func (f *failure) Error() string { return "conn: " + f.text }

// Timeout makes ErrTimeout a timeout in the sense of net.Error, which is what
// crypto/tls looks at.
func (f *failure) Timeout() bool { return f == ErrTimeout }

// Temporary is the other half of net.Error: crypto/tls goes on after such an error,
// which a Resume may have undone.
func (f *failure) Temporary() bool { return f == ErrTimeout || f == ErrAborted }

// sysError is an errno with its cause.
type sysError struct {
	errno syscall.Errno
	cause error
}

func (e *sysError) Error() string { return "conn: " + strerror(e.errno) }
func (e *sysError) Unwrap() error { return e.cause }

// sysErrors holds an error for each errno, made once, so that returning one
// costs nothing.
var sysErrors = func() (t [256]sysError) {
	for i := range t {
		t[i] = sysError{syscall.Errno(i), causeOf(syscall.Errno(i))}
	}
	return t
}()

func causeOf(e syscall.Errno) error {
	switch e {
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ETIMEDOUT, syscall.ENOTCONN, syscall.ESHUTDOWN:
		return ErrReset
	case syscall.ECONNREFUSED, syscall.ENOENT:
		return ErrRefused
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN:
		return ErrUnreachable
	case syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOBUFS,
		syscall.EADDRNOTAVAIL, syscall.EADDRINUSE, syscall.EAGAIN:
		return ErrResource
	case syscall.EACCES, syscall.EPERM:
		return ErrPermission
	case syscall.EBADF:
		return ErrClosed
	case syscall.ENOTSUP, syscall.EAFNOSUPPORT, syscall.ENOPROTOOPT, syscall.ENOSYS:
		return ErrUnsupported
	}
	return ErrOther
}

// sysErr gives the error for an errno.
func sysErr(e syscall.Errno) error {
	if int(e) < len(sysErrors) {
		return &sysErrors[e]
	}
	return ErrOther
}

// asSysErr translates what a call of x/sys/unix returned.
func asSysErr(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(syscall.Errno); ok {
		return sysErr(e)
	}
	return err
}

// Cause reduces an error to the Err value of this package that it is or wraps,
// so that callers can switch on it. It gives nil for nil, io.EOF for io.EOF, and
// ErrOther for what it does not know.
func Cause(err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *failure:
		return e
	case *sysError:
		return e.cause
	case syscall.Errno:
		return causeOf(e)
	}
	var f *failure
	var e syscall.Errno
	switch {
	case err == io.EOF:
		return io.EOF
	case errors.As(err, &f):
		return f
	case errors.As(err, &e):
		return causeOf(e)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrTimeout
	case errors.Is(err, os.ErrClosed):
		return ErrClosed
	}
	return ErrOther
}

// Errno gives the errno behind an error, and false where there is none.
func Errno(err error) (syscall.Errno, bool) {
	if e, ok := err.(*sysError); ok {
		return e.errno, true
	}
	var s *sysError
	if errors.As(err, &s) {
		return s.errno, true
	}
	var e syscall.Errno
	if errors.As(err, &e) {
		return e, true
	}
	return 0, false
}

// Strerror gives the C library's text for an error, as HAProxy prints it in logs
// and check states ("Connection refused", "No route to host"). An error without
// an errno gives that of the nearest one, and nil gives "Success".
func Strerror(err error) string {
	if err == nil {
		return "Success"
	}
	if e, ok := Errno(err); ok {
		return strerror(e)
	}
	var f *failure
	if errors.As(err, &f) {
		return strerror(f.errno)
	}
	return err.Error()
}
