package conn

import "golang.org/x/sys/unix"

// wakeMonitor has the monitor of Go's scheduler look after a task that the poller has
// woken. Who computes for long has the processor taken away by it, and it looks at
// sockets while nobody else does; but it goes to sleep when nothing is to be done, and
// only a call that the scheduler hears of wakes it. The calls on sockets are none, for
// the sake of loops (see rawcall_linux.go), which watch each other. So here is one
// that does nothing else.
func wakeMonitor() { unix.Syscall(unix.SYS_GETTID, 0, 0, 0) }
