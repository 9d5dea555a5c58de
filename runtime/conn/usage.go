package conn

import (
	"sync/atomic"
	"time"
)

// Usage is what a task has taken of its thread since its job began, up to the turn
// that is not over yet: how often it had a turn, the time of its turns, and how long
// it waited for them while others had theirs. Times are kept under Profile only.
type Usage struct {
	Calls        int64
	CPU, Latency time.Duration
}

var profiled atomic.Bool

// Profile has tasks keep the times of Usage, or not.
func Profile(on bool) { profiled.Store(on) }

// TaskUsage is that of the calling task. Whoever runs on no loop has had one turn.
func TaskUsage() Usage {
	if t := running(); t != nil {
		return t.usage()
	}
	return Usage{Calls: 1}
}
