package health

// State is a server's operational state, with the numbers of HAProxy's
// server-state file.
type State uint8

// The operational states.
const (
	Stopped  State = iota // down
	Starting              // up, its weight growing (slowstart)
	Running               // up
	Stopping              // up, but it asked for no new sessions
)

// Admin is the set of administrative conditions of a server, with the bits of
// HAProxy's server-state file.
type Admin uint8

// The conditions. A server with any of the maintenance bits is not checked.
const (
	ForcedMaint    Admin = 0x01 // by the administrator
	InheritedMaint Admin = 0x02 // from the tracked server
	ConfigMaint    Admin = 0x04 // `disabled`; ForcedMaint comes with it
	ForcedDrain    Admin = 0x08 // by the administrator
	InheritedDrain Admin = 0x10 // from the tracked server
	ResolveMaint   Admin = 0x20 // its address could not be resolved
	HostMaint      Admin = 0x40 // its name was changed at run time

	Maint Admin = ForcedMaint | InheritedMaint | ConfigMaint | ResolveMaint
	Drain Admin = ForcedDrain | InheritedDrain
)

// up says whether a server in this state answers, whether or not it wants new
// sessions.
func (s State) up() bool { return s != Stopped }
