package conn

import "sync/atomic"

// half is one direction of a socket: what its only running operation needs, so
// that nothing is made for a call.
//
// Deadlines are lazy. What the caller sets is only written down; the engine's
// timer is looked at when an operation has to wait, and left alone when it is
// due early enough already. When it fires too early it is set anew, which
// happens about once per timeout instead of once per request.
type half struct {
	sock descriptor
	out  *half // the sending half; nil where this is it

	// The operation under way. Its step runs whenever the socket may be ready,
	// and gives false where it would block.
	step func(h *half, fd int) bool
	buf  []byte
	with any   // what else the step works with: *vector, *pipe, *Buffers, syscall.Sockaddr
	n    int   // bytes done
	max  int   // bytes to move
	err  error // its outcome
	// since is when it began to wait, or last got further; 0 not yet
	since int64
	flags int32 // of sendmsg and splice
	// took: the step has read, drained: it got less than it could take, so that
	// another would block.
	took, drained bool
	blocked       bool // a write had to wait; who wants to know clears it before
	parked        bool // it has waited with a timeout
	sound         bool // the engine knows that nothing is wrong with the connection
	woken         bool // the engine has found the socket ready since the step last ran
	// lonely has the read timeout disregard what is sent ("option
	// independent-streams").
	lonely bool
	halfBits

	deadline int64        // on the clock of Now; 0 none
	timeout  atomic.Int64 // ms an operation may wait; 0 for ever
	armed    int64        // what the engine's timer is set to; 0 not set

	// last is when bytes went out. A peer to which something can be sent is not
	// silent, so that this puts off the read timeout too, unless lonely.
	last atomic.Int64

	stop atomic.Pointer[failure] // set by interrupt
	base atomic.Int64            // set by restart

	loopHalf
}

func (h *half) init(d descriptor, out *half) { h.sock, h.out = d, out }

// do runs step until it is done, waiting in between.
func (h *half) do(step func(*half, int) bool) error {
	h.begin(step)
	return h.sock.run(h)
}

// once runs a step that is done at once.
func (h *half) once(step func(*half, int) bool) error {
	h.begin(step)
	return h.sock.once(h)
}

func (h *half) begin(step func(*half, int) bool) {
	h.step, h.err, h.since, h.parked = step, nil, 0, false
}

// park prepares the engine's timer for a wait. It gives true where there is
// nothing left to wait for.
func (h *half) park() bool {
	for {
		base := h.base.Load()
		due := h.due()
		if due == 0 {
			return false
		}
		h.parked = true
		now := h.sock.now()
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
		h.since = h.sock.now()
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
	return d != 0 && h.sock.now() >= d
}

// sent records that n bytes went out.
func (h *half) sent(n int) {
	h.n += n
	now := h.sock.now()
	h.since = now
	h.last.Store(now)
}

// setTimer sets the engine's timer to a time on the clock of Now.
func (h *half) setTimer(due int64) {
	h.armed = due
	h.sock.arm(h, due)
}

// interrupt makes the running operation, if any, and all later ones fail with f,
// or lets them go on again where f is nil.
func (h *half) interrupt(f *failure) {
	h.stop.Store(f)
	if f != nil {
		h.sock.nudge(h)
	}
}

// restart has the timeout of the running operation, if any, begin anew, with the
// value that is set now. Any task may call it.
func (h *half) restart() {
	h.base.Store(Now())
	h.sock.nudge(h)
}
