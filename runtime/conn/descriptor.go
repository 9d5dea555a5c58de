package conn

import (
	"os"
	"syscall"
	"time"
)

// descriptor is an open socket in the care of an engine, which knows when it is
// ready. Its methods may be called from any task.
type descriptor interface {
	// op gives what the calling task is to hold an operation in.
	op() *op
	// run runs the operation until it is done, waiting in between, and gives its
	// error.
	run(o *op) error
	// arm has the operation that waits on h looked at again when due has come, on
	// the clock of Now; 0 calls it off.
	arm(h *half, due int64)
	// nudge has it looked at again now.
	nudge(h *half)
	// quiet tells, without asking the system, that nothing can have arrived for h.
	// What is not quiet need not be ready.
	quiet(h *half) bool
	// once is run for an operation whose step never has to wait: it is tried in
	// any case, and nobody else gets a turn meanwhile, since the caller may hold a
	// lock.
	once(o *op) error
	// lost tells what the engine has heard about the end of the connection; with
	// hears it calls the connection's happened for more.
	lost() (what WatchMode, hears bool)
	// serve starts a task that runs h on the connection until it is closed. at is the
	// loop whose task calls, nil for none.
	serve(c *Conn, h Handler, at *loop)
	// turns is the loop that serves the connection; nil for none.
	turns() *loop
	// accept accepts for a listener until it is stopped.
	accept(l *Listener, f func(*Conn))
	// now and wall are the clocks for the tasks that use the connection; they may
	// stand still between two waits.
	now() int64
	wall() time.Time
	// move has shard look after the connection; nobody uses it meanwhile.
	move(c *Conn, shard int)
	// control runs f on the descriptor, which stays open meanwhile.
	control(f func(fd int) error) error
	// close ends all operations with ErrClosed and closes the descriptor once
	// nobody uses it; at is the loop whose task calls, nil for none.
	close(at *loop)
}

// netDescriptor is a socket in Go's netpoller, which every system has.
type netDescriptor struct {
	file        *os.File
	raw         syscall.RawConn
	read, write netHalf
}

// netHalf is what the poller runs in one direction.
type netHalf struct {
	o    *op
	call func(fd uintptr) bool // bound once
}

func newNetDescriptor(fd int) *netDescriptor {
	d := &netDescriptor{file: os.NewFile(uintptr(fd), "")}
	d.raw, _ = d.file.SyscallConn()
	return d
}

func (d *netDescriptor) op() *op { return ops.Get().(*op) }

func (d *netDescriptor) run(o *op) error {
	h, poll, n := o.h, d.raw.Read, &d.read
	if h.sends {
		poll, n = d.raw.Write, &d.write
	}
	if n.call == nil {
		n.call = n.try
	}
	n.o = o
	defer func() { n.o = nil }()
	for {
		if f := h.c.stop.Load(); f != nil {
			return f
		}
		o.woken = false
		err := poll(n.call)
		if err == nil {
			return o.err
		}
		if err != os.ErrDeadlineExceeded {
			return ErrClosed
		}
		// It may have fired for an earlier operation, for Interrupt or too
		// early. A read tries once more; a write does not, for the kernel takes
		// a little more than it says it has room for, and that is no progress.
		h.armed = 0
		d.arm(h, 0)
		if h.sends && h.parked && h.overdue() {
			return ErrTimeout
		}
	}
}

// try is what the poller runs: once at first, then each time that the socket
// may be ready. It gives false to wait.
func (n *netHalf) try(fd uintptr) bool {
	o := n.o
	if o.woken {
		wakeMonitor()
	}
	done := o.step(o, int(fd))
	o.woken = true
	return done || o.park()
}

func (d *netDescriptor) arm(h *half, due int64) {
	var t time.Time
	if due != 0 {
		t = time.Now().Add(time.Duration(due-Now()) * time.Millisecond)
	}
	d.setDeadline(h, t)
}

func (d *netDescriptor) setDeadline(h *half, t time.Time) {
	if h.sends {
		d.file.SetWriteDeadline(t)
	} else {
		d.file.SetReadDeadline(t)
	}
}

// past is a deadline that has passed.
var past = time.Unix(1, 0)

func (d *netDescriptor) nudge(h *half) { d.setDeadline(h, past) }

func (d *netDescriptor) now() int64 { return Now() }

func (d *netDescriptor) wall() time.Time { return Wall() }

func (d *netDescriptor) move(c *Conn, shard int) { c.shard = int32(shard) }

func (d *netDescriptor) quiet(*half) bool { return false }

func (d *netDescriptor) once(o *op) error { return d.run(o) }

func (d *netDescriptor) lost() (WatchMode, bool) { return 0, false }

func (d *netDescriptor) serve(c *Conn, h Handler, _ *loop) {
	startWorker(uint(c.shard), func() { serve(c, h) })
}

func (d *netDescriptor) turns() *loop { return nil }

func (d *netDescriptor) accept(l *Listener, f func(*Conn)) { l.acceptLoop(f) }

func (d *netDescriptor) control(f func(fd int) error) error {
	var err error
	if e := d.raw.Control(func(fd uintptr) { err = f(int(fd)) }); e != nil {
		return ErrClosed
	}
	return asSysErr(err)
}

func (d *netDescriptor) close(*loop) { d.file.Close() }
