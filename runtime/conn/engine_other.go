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

func (c *Conn) onLoop() int { return -1 }

func (c *Conn) attach(fd int, _ origin) { c.use(newNetDescriptor(fd)) }

func (l *Listener) attach(fd int) { l.sock = newNetDescriptor(fd) }

// changed has the accept loop look at the listener's state.
func (l *Listener) changed() { l.wake.Signal() }

// await is for loops; elsewhere load waits.
func (*Flow) await() (bool, error) { return false, nil }

// waitHeavy is for loops; elsewhere Go's scheduler shares the processors out.
func (c *Conn) waitHeavy() {}

// last is for loops, which close both connections.
func (*Flow) last() bool { return false }
