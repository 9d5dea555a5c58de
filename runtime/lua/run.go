package lua

import (
	"context"
	"runtime/metrics"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// run is one execution of a script: a call from the outside until it returns. It is
// the context of the interpreter's threads that take part in it.
type run struct {
	st *state
	// thread is the interpreter's thread that the call began in.
	thread *lua.LState
	// stream is the one that it is about; nil for tasks and the like.
	stream *core.Stream
	// waits says that it may wait: fetches and converters may not.
	waits bool
	// starting says that the configuration is being read, so that nothing runs.
	starting bool

	limit time.Duration // of the time that it computes, 0 for none
	burst time.Duration // of that without giving way
	used  time.Duration
	since time.Time // when it got the lock
	batch int       // instructions up to the next look at all that
	left  int

	nested int // coroutines that have been resumed within each other

	// failed is why it must end, "" for no reason.
	failed string
	// result is what it has ended itself with.
	result lua.LValue

	gone atomic.Bool // the stream has given it up
	// wake ends what it waits for, when gone.
	wake   conn.Event
	cancel conn.Cancel

	sockets []*socket

	// wakeTime is what act.wake_time asked for, 0 for nothing.
	wakeTime time.Duration
}

var _ context.Context = (*run)(nil)

// closed is the channel of whatever must end.
var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// Done implements [context.Context]. The interpreter calls it before each
// instruction.
func (r *run) Done() <-chan struct{} {
	if r.left--; r.left > 0 {
		return nil
	}
	return r.look()
}

// look runs after a batch of instructions.
func (r *run) look() <-chan struct{} {
	r.left = r.batch
	now := time.Now()
	spent := now.Sub(r.since)
	switch {
	case r.failed != "":
	case r.gone.Load():
		r.failed = "aborted"
	case r.limit > 0 && r.used+spent > r.limit, r.burst > 0 && spent > r.burst:
		r.failed = "execution timeout"
	case r.st.overMemory():
		r.failed = "not enough memory"
	}
	if r.failed != "" {
		r.left = 1 // whoever catches the error gets it again
		return closed
	}
	switch {
	case r.starting:
	case r.nested > 0:
		conn.GiveWay() // with the state: nobody shall meet a coroutine on its way
	default:
		r.unlock()
		conn.GiveWay()
		r.lock()
	}
	return nil
}

// Err implements [context.Context].
func (r *run) Err() error { return runError(r.failed) }

// Deadline implements [context.Context].
func (r *run) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value implements [context.Context].
func (r *run) Value(any) any { return nil }

type runError string

func (e runError) Error() string { return string(e) }

// lock takes the state, and begins to count the time.
func (r *run) lock() {
	r.st.lock.acquire()
	g := r.st.L.G
	g.CurrentThread = r.thread
	r.since = time.Now()
}

// unlock gives the state away.
func (r *run) unlock() {
	r.thread = r.st.L.G.CurrentThread
	r.used += time.Since(r.since)
	r.st.lock.release()
}

// outside runs f, which may wait or run scripts, without the state.
func (r *run) outside(f func()) {
	if r.starting {
		f()
		return
	}
	r.unlock()
	defer r.lock()
	f()
}

// mayWait raises an error where the script is not allowed to wait.
func (r *run) mayWait(L *lua.LState) {
	if !r.waits {
		r.failed = "yield not allowed"
		L.RaiseError("yield not allowed")
	}
}

// check raises an error where the script must end.
func (r *run) check(L *lua.LState) {
	if r.gone.Load() && r.failed == "" {
		r.failed = "aborted"
	}
	if r.failed != "" {
		L.RaiseError("%s", r.failed)
	}
}

// abandon ends the run from another task.
func (r *run) abandon() {
	r.gone.Store(true)
	r.wake.Signal()
	r.cancel.Cancel()
}

// sleep waits, outside the state.
func (r *run) sleep(L *lua.LState, d time.Duration) {
	r.mayWait(L)
	r.check(L)
	if d <= 0 {
		r.outside(conn.GiveWay)
	} else {
		r.outside(func() { r.wake.Wait(d) })
	}
	r.check(L)
}

// current is the run that L takes part in.
func current(L *lua.LState) *run {
	r, ok := L.Context().(*run)
	if !ok {
		L.RaiseError("no script runs here")
	}
	return r
}

// liveHeap is what the collector found to be in use the last time.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
