package conn

import (
	"sync"

	"golang.org/x/sys/unix"
)

// pipeSize is what a pipe may hold: enough that a bulk transfer spends its time
// moving pages, not making calls. Measured over loopback, 512 kB takes half the CPU time
// of the system's 64 kB, and this four fifths of that. It is the most that an
// unprivileged process gets.
const pipeSize = 1 << 20

// keepPipes is how many unused pipes stay open, and how many are made that large:
// an unprivileged user gets 64 MB of pipes, and tiny ones beyond.
const keepPipes = 48

// pipe is a kernel pipe through which bytes are spliced.
type pipe struct {
	r, w int
	size int // bytes that it can hold
	full int // bytes in it
}

var pipes struct {
	sync.Mutex
	free []*pipe
	used int
}

// takePipe gives an empty pipe, or nil where there is none to be had: maxpipes is
// reached, or descriptors are used up. The bytes then go through a buffer.
func takePipe() *pipe {
	p := &pipes
	p.Lock()
	defer p.Unlock()
	if n := len(p.free); n > 0 {
		q := p.free[n-1]
		p.free = p.free[:n-1]
		p.used++
		return q
	}
	if c := config.Load(); c != nil && c.MaxPipes > 0 && p.used >= c.MaxPipes {
		return nil
	}
	var fds [2]int
	if unix.Pipe2(fds[:], unix.O_NONBLOCK|unix.O_CLOEXEC) != nil {
		return nil
	}
	q := &pipe{r: fds[0], w: fds[1]}
	if p.used < keepPipes {
		unix.FcntlInt(uintptr(q.w), unix.F_SETPIPE_SZ, pipeSize)
	}
	var err error
	if q.size, err = unix.FcntlInt(uintptr(q.w), unix.F_GETPIPE_SZ, 0); err != nil {
		q.size = 4096
	}
	p.used++
	return q
}

// givePipe gives a pipe back. One that still holds bytes is closed.
func givePipe(q *pipe) {
	p := &pipes
	p.Lock()
	defer p.Unlock()
	p.used--
	if q.full == 0 && len(p.free) < keepPipes {
		p.free = append(p.free, q)
		return
	}
	unix.Close(q.r)
	unix.Close(q.w)
}

// Pipes counts the pipes in use and the ones kept for later, as "show info"
// does.
func Pipes() (used, free int) {
	pipes.Lock()
	defer pipes.Unlock()
	return pipes.used, len(pipes.free)
}
