package conn

import "sync"

// op is an operation on one direction of a socket. A task has one, since it runs one
// at a time; others take theirs from a pool.
type op struct {
	h *half
	// step runs whenever the socket may be ready, and gives false where it would
	// block.
	step  func(o *op, fd int) bool
	buf   []byte
	with  any   // what else the step works with: *vector, *pipe, *Buffers, syscall.Sockaddr
	n     int   // bytes done
	max   int   // bytes to move
	err   error // its outcome
	flags int   // of sendmsg and splice
	// took: the step has read, drained: it got less than it could take, so that
	// another would block.
	took, drained bool
	size          opSize // what it has read
	ended         bool   // nothing more comes
	ahead         *ahead // comes before what the socket has; nil for nothing
	sound         bool   // the engine knows that nothing is wrong with the connection
	woken         bool   // the engine has found the socket ready since the step last ran
	pooled        bool
}

// opSize says how much an operation has read.
type opSize uint8

const (
	sizeUnknown opSize = iota
	small              // what could have been read ahead
	bulk
)

var ops = sync.Pool{New: func() any { return &op{pooled: true} }}

// op gives what an operation on h by the calling task is to be held in. It must be
// given back with done before the task begins another.
func (h *half) op() *op {
	o := h.c.sock.op()
	o.h, o.n = h, 0
	return o
}

// apartOp is op for who need not be a task of the connection.
func (h *half) apartOp() *op {
	o := ops.Get().(*op)
	o.h, o.n = h, 0
	return o
}

// do runs step until it is done, waiting in between.
func (o *op) do(step func(*op, int) bool) error {
	o.step, o.err = step, nil
	o.h.begin()
	return o.h.c.sock.run(o)
}

// once runs a step that is done at once.
func (o *op) once(step func(*op, int) bool) error {
	o.step, o.err = step, nil
	o.h.begin()
	return o.h.c.sock.once(o)
}

// sent records that n bytes went out.
func (o *op) sent(n int) {
	o.n += n
	o.h.sent()
}

// done ends the use of o, and gives how many bytes were done.
func (o *op) done() (n int) {
	n = o.n
	o.buf, o.with, o.ahead = nil, nil, nil
	if o.pooled {
		o.h, o.err = nil, nil
		ops.Put(o)
	}
	return n
}
