//go:build !linux

package conn

import "time"

// Without epoll there are no loops: Go's netpoller does it all.
type (
	loop       struct{}
	loopHalf   struct{}
	halfBits   struct{}
	parkedConn struct{}
	acceptors  struct{}
	loopFlow   struct{}
	task       struct{ never Event }
)

func hasURing() bool                          { return false }
func pollers() []string                       { return []string{"netpoll"} }
func here() *loop                             { return nil }
func spareTasks() int                         { return 0 }
func running() *task                          { return nil }
func (*loop) runs() *task                     { return nil }
func (*task) usage() Usage                    { return Usage{} }
func (*loop) yield()                          {}
func (*loop) push(*waiter)                    {}
func (*loop) post(*waiter)                    {}
func (*loop) pushLast(*waiter)                {}
func (*task) wait(*Event, time.Duration) bool { return false }
func (*task) rest()                           {}

func (c *Conn) onLoop() int { return -1 }

func (c *Conn) attach(fd int, _ origin, _ *loop) { c.use(newNetDescriptor(fd)) }

func (l *Listener) attach(fd int) { l.sock = newNetDescriptor(fd) }

// changed has the accept loop look at the listener's state.
func (l *Listener) changed() { l.wake.Signal() }

// await is for loops; elsewhere load waits.
func (*Flow) await() (bool, error) { return false, nil }

// waitHeavy is for loops; elsewhere Go's scheduler shares the processors out.
func (c *Conn) waitHeavy() {}

// Discard is Close by a task that nobody shares the connection with any more.
func (c *Conn) Discard() { c.Close() }

func (*loop) closeNow() bool { return false }
func (*loop) exhume() *Conn  { return new(Conn) }

// Settle waits until the system has what was written on connections that are closed by
// now: a process that ends calls it, in no task.
func Settle() {}

// later, settle and what else there is about outboxes is for loops.
func (c *Conn) later(_, _, _ []byte, _ int) bool { return false }
func (c *Conn) settle(bool) error                { return nil }

// Flush has the system take what was written, as far as it does at once. A connection
// that another loop's task may use next needs it; it is for the task that writes.
func (c *Conn) Flush() {}

func (c *Conn) abortive()     {}
func (c *Conn) settled() bool { return true }

func (c *Conn) finLater() bool    { return false }
func (c *Conn) acceptedBy() *loop { return nil }

// ExpectHead says that what comes next is the head of a message.
func (c *Conn) ExpectHead() {}

func (c *Conn) hasAhead() bool { return false }

// last is for loops, which close both connections.
func (*Flow) last() bool { return false }
