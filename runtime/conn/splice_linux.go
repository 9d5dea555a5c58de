package conn

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

const canSplice = true

const spliceFlags = unix.SPLICE_F_NONBLOCK | unix.SPLICE_F_MOVE

// stepSpliceIn moves up to h.max bytes from the socket into a pipe. The pipe is
// taken when there is something to move into it, and given back for the wait.
func stepSpliceIn(h *half, fd int) bool {
	if h.pipe == nil {
		if h.pipe = takePipe(); h.pipe == nil {
			h.err = errNoSplice
			return true
		}
	}
	for {
		n, err := unix.Splice(fd, nil, h.pipe.w, nil, min(h.max, h.pipe.size), spliceFlags)
		switch {
		case n > 0:
			h.n = int(n)
			h.pipe.full += h.n
			return true
		case err == syscall.EINTR:
			continue
		case err == nil:
			h.err = io.EOF
		case err == syscall.EAGAIN:
			givePipe(h.pipe)
			h.pipe = nil
			return false
		case err == syscall.EINVAL || err == syscall.ENOSYS || err == syscall.EOPNOTSUPP:
			h.err = errNoSplice
		default:
			h.err = asSysErr(err)
		}
		givePipe(h.pipe)
		h.pipe = nil
		return true
	}
}

// stepSpliceOut moves all that is in the pipe to the socket.
func stepSpliceOut(h *half, fd int) bool {
	for h.pipe.full > 0 {
		n, err := unix.Splice(h.pipe.r, nil, fd, nil, h.pipe.full, spliceFlags|h.flags)
		switch {
		case n > 0:
			h.pipe.full -= int(n)
			h.sent(int(n))
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		default:
			h.err = asSysErr(err)
			if h.err == nil {
				h.err = ErrOther
			}
			return true
		}
	}
	return true
}
