package conn

import (
	"os"
	"syscall"
	"time"
)

// descriptor is an open socket in the care of an engine, which knows when it is
// ready. Its methods may be called from any task.
type descriptor interface {
	// run runs the operation that h holds until it is done, waiting in between,
	// and gives its error.
	run(h *half) error
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
	once(h *half) error
	// lost tells what the engine has heard about the end of the connection; with
	// hears it calls the connection's happened for more.
	lost() (what WatchMode, hears bool)
	// serve starts a task that runs h on the connection until it is closed.
	serve(c *Conn, h Handler)
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
	// nobody uses it.
	close()
}

// netDescriptor is a socket in Go's netpoller, which every system has.
type netDescriptor struct {
	file *os.File
	raw  syscall.RawConn
	// read and write are what the poller runs for the two directions, bound once.
	read, write func(fd uintptr) bool
}

func newNetDescriptor(fd int) *netDescriptor {
	d := &netDescriptor{file: os.NewFile(uintptr(fd), "")}
	d.raw, _ = d.file.SyscallConn()
	return d
}

func (d *netDescriptor) run(h *half) error {
	fn := &d.read
	if h.out == nil {
		fn = &d.write
	}
	if *fn == nil {
		*fn = h.call
	}
	for {
		if f := h.stop.Load(); f != nil {
			return f
		}
		h.woken = false
		var err error
		if h.out == nil {
			err = d.raw.Write(*fn)
		} else {
			err = d.raw.Read(*fn)
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
		h.armed = 0
		d.arm(h, 0)
		if h.out == nil && h.parked && h.overdue() {
			return ErrTimeout
		}
	}
}

// call is what the poller runs: once at first, then each time that the socket
// may be ready. It gives false to wait.
func (h *half) call(fd uintptr) bool {
	done := h.step(h, int(fd))
	h.woken = true
	return done || h.park()
}

func (d *netDescriptor) arm(h *half, due int64) {
	var t time.Time
	if due != 0 {
		t = time.Now().Add(time.Duration(due-Now()) * time.Millisecond)
	}
	d.setDeadline(h, t)
}

func (d *netDescriptor) setDeadline(h *half, t time.Time) {
	if h.out == nil {
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

func (d *netDescriptor) once(h *half) error { return d.run(h) }

func (d *netDescriptor) lost() (WatchMode, bool) { return 0, false }

func (d *netDescriptor) serve(c *Conn, h Handler) {
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

func (d *netDescriptor) close() { d.file.Close() }
