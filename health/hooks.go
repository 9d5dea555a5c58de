package health

// Hooks is what the runtime does for a server. The methods are called under the
// scheduler's lock; they must not call back into this package, except for
// Usable and Weight.
type Hooks interface {
	// Changed tells that Usable or Weight has changed: the balancer has to
	// reread them.
	Changed()
	// Load is the number of sessions on the server and of those in its queue.
	Load() (sessions, queued int)
	// Requeue gives the server's queue back to the backend because the server
	// takes no more sessions, if `option redispatch` lets them go elsewhere. It
	// returns how many sessions moved.
	Requeue() int
	// Grab lets the server, which has become usable, take sessions out of the
	// backend's queue. It returns how many.
	Grab() int
	// Shutdown ends all sessions on the server, or on the backup servers of
	// the backend (`on-marked-down shutdown-sessions`, `on-marked-up
	// shutdown-backup-sessions`).
	Shutdown(ShutdownReason)
	// LimitSessions sets the server's maxconn, as its agent asks for.
	LimitSessions(maxconn int)
	// Unreachable tells that a check could not connect in time: the server may
	// have another address by now.
	Unreachable()
}

// ShutdownReason says which sessions end, and why.
type ShutdownReason uint8

// The reasons.
const (
	ShutdownDown ShutdownReason = iota // this server's; logged as D
	ShutdownUp                         // those of the backup servers; logged as U
)

// NoHooks does nothing. It serves tests and servers without traffic, and may be
// embedded where only some of the methods matter.
type NoHooks struct{}

// Changed does nothing.
func (NoHooks) Changed() {}

// Load is always zero.
func (NoHooks) Load() (int, int) { return 0, 0 }

// Requeue moves nothing.
func (NoHooks) Requeue() int { return 0 }

// Grab takes nothing.
func (NoHooks) Grab() int { return 0 }

// Shutdown does nothing.
func (NoHooks) Shutdown(ShutdownReason) {}

// LimitSessions does nothing.
func (NoHooks) LimitSessions(int) {}

// Unreachable does nothing.
func (NoHooks) Unreachable() {}
