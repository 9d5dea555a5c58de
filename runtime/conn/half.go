package conn

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// half is one direction of a socket: what its only running operation needs, so
// that the poller's callback is made once a connection instead of once a call.
//
// Deadlines are lazy. What the caller sets is only written down; the poller's
// timer is looked at when an operation has to wait, and left alone when it is
// due early enough already. When it fires too early it is set anew, which
// happens about once per timeout instead of once per request.
type half struct {
	file *os.File
	raw  syscall.RawConn
	out  *half                 // the sending half; nil where this is it
	fn   func(fd uintptr) bool // h.call, bound once

	// The operation under way. Its step runs whenever the socket may be ready,
	// and gives false where it would block.
	step   func(h *half, fd int) bool
	buf    []byte
	vec    *vector
	n      int   // bytes done
	err    error // its outcome
	since  int64 // when it began to wait, or last got further; 0 not yet
	parked bool  // it has waited with a timeout
	woken  bool  // the poller has found the socket ready since the step last ran
	flags  int   // of sendmsg and splice
	sa     syscall.Sockaddr
	pool   *Buffers
	pipe   *pipe
	max    int // bytes to move

	deadline int64        // on the clock of Now; 0 none
	timeout  atomic.Int64 // ms an operation may wait; 0 for ever
	armed    int64        // what the poller's timer is set to; 0 not set

	// last is when bytes went out. A peer to which something can be sent is not
	// silent, so that this puts off the read timeout too.
	last atomic.Int64
	// lonely turns that off ("option independent-streams").
	lonely bool

	stop atomic.Pointer[failure] // set by interrupt
	base atomic.Int64            // set by restart
}

func (h *half) init(f *os.File, raw syscall.RawConn, out *half) {
	h.file, h.raw, h.out = f, raw, out
	h.fn = h.call
}

// call is what the poller runs: once at first, then each time that the socket
// may be ready. It gives false to wait.
func (h *half) call(fd uintptr) bool {
	done := h.step(h, int(fd))
	h.woken = true
	return done || h.park()
}

// do runs step until it is done, waiting in between.
func (h *half) do(step func(*half, int) bool) error {
	h.step, h.err, h.since, h.parked = step, nil, 0, false
	for {
		if f := h.stop.Load(); f != nil {
			return f
		}
		h.woken = false
		var err error
		if h.out == nil {
			err = h.raw.Write(h.fn)
		} else {
			err = h.raw.Read(h.fn)
		}
		if err == nil {
			return h.err
		}
		if err != os.ErrDeadlineExceeded {
			return ErrClosed
		}
		// It may have fired for an earlier operation, for Interrupt or too
		// early. A read tries once more; a write does not, for the kernel takes
		// a little more than it says it has room for, and that is no progress.
		h.setTimer(0)
		if h.out == nil && h.parked && h.overdue() {
			return ErrTimeout
		}
	}
}

// park prepares the poller's timer for a wait. It gives true where there is
// nothing left to wait for.
func (h *half) park() bool {
	for {
		base := h.base.Load()
		due := h.due()
		if due == 0 {
			return false
		}
		h.parked = true
		now := Now()
		if now >= due {
			h.err = ErrTimeout
			return true
		}
		if h.armed == 0 || h.armed > due || h.armed <= now {
			h.setTimer(due)
		}
		// Others first leave word, then move the timer: whoever moved it last,
		// either the timer or one of these checks notices.
		if f := h.stop.Load(); f != nil {
			h.err = f
			return true
		}
		if base == h.base.Load() {
			return false
		}
	}
}

// due is when the running operation times out; 0 never.
func (h *half) due() int64 {
	d, t := h.deadline, h.timeout.Load()
	if t == 0 {
		return d
	}
	if h.since == 0 {
		h.since = Now()
	}
	since := max(h.since, h.base.Load())
	if h.out != nil && !h.lonely {
		since = max(since, h.out.last.Load())
	}
	if t += since; d == 0 || t < d {
		return t
	}
	return d
}

func (h *half) overdue() bool {
	d := h.due()
	return d != 0 && Now() >= d
}

// sent records that n bytes went out.
func (h *half) sent(n int) {
	h.n += n
	now := Now()
	h.since = now
	h.last.Store(now)
}

// setTimer sets the poller's timer to a time on the clock of Now; 0 stops it.
func (h *half) setTimer(due int64) {
	h.armed = due
	var t time.Time
	if due != 0 {
		t = time.Now().Add(time.Duration(due-Now()) * time.Millisecond)
	}
	h.setDeadline(t)
}

func (h *half) setDeadline(t time.Time) {
	if h.out == nil {
		h.file.SetWriteDeadline(t)
	} else {
		h.file.SetReadDeadline(t)
	}
}

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// interrupt makes the running operation, if any, and all later ones fail with f,
// or lets them go on again where f is nil.
func (h *half) interrupt(f *failure) {
	h.stop.Store(f)
	if f != nil {
		h.setDeadline(past)
	}
}

// restart has the timeout of the running operation, if any, begin anew, with the
// value that is set now. Any task may call it.
func (h *half) restart() {
	h.base.Store(Now())
	h.setDeadline(past)
}
