package conn

import "sync/atomic"

// half is one direction of a socket. What only its running operation needs is in
// an op: connections are many, and most of the time nothing runs on them.
//
// Deadlines are lazy. What the caller sets is only written down; the engine's
// timer is looked at when an operation has to wait, and left alone when it is
// due early enough already. When it fires too early it is set anew, which
// happens about once per timeout instead of once per request.
type half struct {
	c *Conn // whose it is

	// since is when the operation under way began to wait, or last got further; 0
	// not yet
	since    int64
	deadline int64        // on the clock of Now; 0 none
	timeout  atomic.Int64 // ms an operation may wait; 0 for ever
	armed    int64        // what the engine's timer is set to; 0 not set

	// last is when bytes went out. A peer to which something can be sent is not
	// silent, so that this puts off the read timeout too, unless lonely.
	last atomic.Int64

	base atomic.Int64 // set by restart

	sends   bool // it is the sending one
	blocked bool // a write had to wait; who wants to know clears it before
	parked  bool // the operation under way has waited with a timeout
	// lonely has the read timeout disregard what is sent ("option
	// independent-streams").
	lonely bool
	halfBits
	loopHalf
}

// begin says that an operation begins that has not waited yet.
func (h *half) begin() { h.since, h.parked = 0, false }

// park prepares the engine's timer for a wait. It gives true where there is
// nothing left to wait for.
func (o *op) park() bool {
	h := o.h
	for {
		base := h.base.Load()
		due := h.due()
		if due == 0 {
			return false
		}
		h.parked = true
		now := h.c.sock.now()
		if now >= due {
			o.err = ErrTimeout
			return true
		}
		if h.armed == 0 || h.armed > due || h.armed <= now {
			h.setTimer(due)
		}
		// Others first leave word, then move the timer: whoever moved it last,
		// either the timer or one of these checks notices.
		if f := h.c.stop.Load(); f != nil {
			o.err = f
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
		h.since = h.c.sock.now()
	}
	since := max(h.since, h.base.Load())
	if !h.sends && !h.lonely {
		since = max(since, h.c.w.last.Load())
	}
	if t += since; d == 0 || t < d {
		return t
	}
	return d
}

func (h *half) overdue() bool {
	d := h.due()
	return d != 0 && h.c.sock.now() >= d
}

// sent records that bytes went out.
func (h *half) sent() {
	now := h.c.sock.now()
	h.since = now
	if h.last.Load() != now { // a store costs as much as a lock
		h.last.Store(now)
	}
}

// setTimer sets the engine's timer to a time on the clock of Now.
func (h *half) setTimer(due int64) {
	h.armed = due
	h.c.sock.arm(h, due)
}

// restart has the timeout of the running operation, if any, begin anew, with the
// value that is set now. Any task may call it.
func (h *half) restart() {
	h.base.Store(Now())
	h.c.sock.nudge(h)
}
