package health

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

// plainDialer connects without any of the runtime's options.
type plainDialer struct{}

// Dial connects to the target.
func (plainDialer) Dial(ctx context.Context, t Target) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	network := t.Network
	if network == "" {
		network = "tcp"
	}
	return d.DialContext(ctx, network, t.Address)
}

// dial opens the attempt's connection to t, sends what goes before everything
// else and wraps the whole in TLS. It returns false with the failure.
func (a *Attempt) dial(t Target, preamble func(net.Conn) []byte, tls Wrapper) (Result, bool) {
	ctx, cancel := context.WithDeadline(a.ctx, a.limit)
	defer cancel()
	conn, err := a.dialer.Dial(ctx, t)
	if err != nil {
		return dialFailure(t, err), false
	}
	a.conn = conn
	if preamble != nil {
		if err := a.write(preamble(conn)); err != nil {
			return Result{Status: L4Con, Info: errorText(err)}, false
		}
	}
	if tls != nil {
		ctx, cancel := context.WithDeadline(a.ctx, a.deadline())
		defer cancel()
		wrapped, err := tls(ctx, conn)
		if err != nil {
			if isTimeout(err) {
				return Result{Status: L6TOut}, false
			}
			return Result{Status: L6Rsp, Info: handshakeFailure(err)}, false
		}
		a.conn = wrapped
	}
	return Result{}, true
}

// handshakeFailure words why there is no TLS: an error may know that itself.
func handshakeFailure(err error) string {
	var own interface{ CheckInfo() string }
	if errors.As(err, &own) {
		return own.CheckInfo()
	}
	return "SSL handshake failure"
}

// dialFailure words why there is no connection. An error of the socket itself is
// told apart from one that came over the network.
func dialFailure(t Target, err error) Result {
	if isTimeout(err) {
		return Result{Status: L4TOut}
	}
	r := Result{Status: L4Con, Info: errorText(err)}
	var call *os.SyscallError
	var no syscall.Errno
	var own interface{ SocketError() }
	switch {
	case errors.As(err, &own):
		return Result{Status: SockErr}
	case t.Network == "unix":
		r.Status = SockErr
		r.Info = "General socket error (" + r.Info + ")"
	case errors.As(err, &call) && call.Syscall == "bind":
		r.Info = "Can't bind to source address (" + r.Info + ")"
	case errors.As(err, &no) && local[no]:
		r.Info = "General socket error (" + r.Info + ")"
	}
	return r
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &t) && t.Timeout() &&
		!isErrno(err)
}
