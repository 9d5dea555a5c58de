package conn

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

const canSplice = true

// stepSpliceIn moves up to o.max bytes from the socket into a pipe. The pipe is
// taken when there is something to move into it, and given back for the wait.
func stepSpliceIn(o *op, fd int) bool {
	if o.ahead != nil {
		o.err = errAhead
		return true
	}
	if o.ended {
		o.err = io.EOF
		return true
	}
	p, _ := o.with.(*pipe)
	if p == nil {
		if p = takePipe(); p == nil {
			o.err = errNoSplice
			return true
		}
		o.with = p
	}
	for {
		n, e := splice(fd, p.w, min(o.max, p.size), 0)
		switch {
		case n > 0:
			o.n, o.size = n, bulk
			p.full += n
			return true
		case e == syscall.EINTR:
			continue
		case e == 0:
			o.err = io.EOF
		case e == syscall.EAGAIN:
			givePipe(p)
			o.with = nil
			return false
		case e == syscall.EINVAL || e == syscall.ENOSYS || e == syscall.EOPNOTSUPP:
			o.err = errNoSplice
		default:
			o.err = sysErr(e)
		}
		givePipe(p)
		o.with = nil
		return true
	}
}

// stepSpliceOut moves all that is in the pipe to the socket.
func stepSpliceOut(o *op, fd int) bool {
	p := o.with.(*pipe)
	for p.full > 0 {
		n, e := splice(p.r, fd, p.full, o.flags)
		switch {
		case n > 0:
			p.full -= n
			o.sent(n)
		case e == syscall.EINTR:
		case e == syscall.EAGAIN:
			return false
		case e == 0:
			o.err = ErrOther
			return true
		default:
			o.err = sysErr(e)
			return true
		}
	}
	return true
}

// splice is splice(2) that does not wait, so that Go's scheduler need not hear of
// it.
func splice(from, to, max, flags int) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(syscall.SYS_SPLICE, uintptr(from), 0, uintptr(to), 0, uintptr(max),
		uintptr(flags|unix.SPLICE_F_NONBLOCK|unix.SPLICE_F_MOVE))
	if e != 0 {
		return -1, e
	}
	return int(n), 0
}
