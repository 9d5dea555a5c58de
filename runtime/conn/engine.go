package conn

import (
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Config holds what is set once for the whole process, before traffic flows.
type Config struct {
	// Threads is nbthread: over how many shards connections are spread. Zero
	// means one.
	Threads int
	// CPUs are the processors that the threads of shards are bound to ("cpu-map"),
	// by shard. They count once, when the loops start.
	CPUs []CPUSet
	// NoLoops has Go's netpoller do all the waiting ("noepoll"), as it does on
	// other systems than Linux. It counts once, before the first socket.
	NoLoops bool
	// MaxPipes bounds how many pipes are used for splicing at a time; beyond it
	// bytes are copied. Zero sets no bound.
	MaxPipes int
	// OnPanic hears of a panic in a handler, a task or a timer, with the stack
	// that it happened on. The panic ends only its own connection. c is nil where
	// no connection is known. Without it panics are not caught at all.
	OnPanic func(c *Conn, value any, stack []byte)
	// OnStall hears of a task that has kept its shard from everything else for so
	// long, once for each time, with the stack on which it is found.
	OnStall func(shard int, d time.Duration, stack []byte)
	// OnQuiet hears that the shards have next to nothing to do after they were busy.
	// It must not wait. Only loops tell.
	OnQuiet func()
}

var config atomic.Pointer[Config]

// Configure sets the process-wide configuration.
func Configure(c Config) { config.Store(&c) }

// Threads is the number of shards, at least 1.
func Threads() int {
	if c := config.Load(); c != nil && c.Threads > 1 {
		return c.Threads
	}
	return 1
}

var nextShard atomic.Uint32

// pickShard gives the shards in turn.
func pickShard() int {
	return int(nextShard.Add(1)-1) % Threads()
}

// guard runs f, and turns a panic into a call of OnPanic. It tells whether f
// came back by itself.
func guard(c *Conn, f func()) (ok bool) {
	hook := config.Load()
	if hook == nil || hook.OnPanic == nil {
		f()
		return true
	}
	defer func() {
		if !ok {
			// A Goexit has no value to recover and is let through.
			if v := recover(); v != nil {
				hook.OnPanic(c, v, debug.Stack())
			}
		}
	}()
	f()
	return true
}

// HasURing tells whether the system has io_uring for us (Linux 5.6 and later, unless it is
// forbidden), and the environment does not keep it from being used.
func HasURing() bool { return hasURing() }

// Pollers are the names of what can wait for sockets, what is used first.
func Pollers() []string { return pollers() }
