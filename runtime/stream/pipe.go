package stream

import (
	"io"
	"sync"
	"time"

	"gohap/runtime/conn"
)

// pipeSize is how many bytes a pipe holds.
const pipeSize = 16 << 10

// pipe carries bytes from one task to another, in bounded memory. One task writes, one
// reads, and any may end it.
type pipe struct {
	mu      sync.Mutex // held for copying only
	buf     []byte
	ended   bool  // nothing comes any more
	deaf    bool  // nobody reads: what is written is thrown away
	err     error // that both sides get
	written conn.Event
	taken   conn.Event
}

// write puts p into the pipe and waits where it is full.
func (q *pipe) write(p []byte, timeout time.Duration) (n int, err error) {
	for len(p) > 0 {
		q.mu.Lock()
		switch {
		case q.err != nil:
			err = q.err
		case q.deaf:
			n, p = n+len(p), nil
		default:
			k := min(len(p), pipeSize-len(q.buf))
			q.buf = append(q.buf, p[:k]...)
			n, p = n+k, p[k:]
		}
		q.mu.Unlock()
		q.written.Signal()
		if err != nil {
			return n, err
		}
		if len(p) > 0 && !q.taken.Wait(timeout) {
			return n, conn.ErrTimeout
		}
	}
	return n, nil
}

// read gives what is there, and waits where nothing is.
func (q *pipe) read(p []byte, timeout time.Duration) (int, error) {
	for {
		q.mu.Lock()
		n := copy(p, q.buf)
		if q.buf = q.buf[n:]; len(q.buf) == 0 {
			q.buf = nil
		}
		err, ended := q.err, q.ended
		q.mu.Unlock()
		switch {
		case n > 0:
			q.taken.Signal()
			return n, nil
		case err != nil:
			return 0, err
		case ended:
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		if !q.written.Wait(timeout) {
			return 0, conn.ErrTimeout
		}
	}
}

// end says that nothing comes any more.
func (q *pipe) end() {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	q.written.Signal()
}

// ignore says that nobody will read.
func (q *pipe) ignore() {
	q.mu.Lock()
	q.deaf, q.buf = true, nil
	q.mu.Unlock()
	q.taken.Signal()
}

// fail ends the pipe for both sides.
func (q *pipe) fail(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	q.mu.Unlock()
	q.written.Signal()
	q.taken.Signal()
}

// state tells how much is there, and whether that is all, and as it should be.
func (q *pipe) state() (n int, over bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.buf), q.ended && q.err == nil
}
