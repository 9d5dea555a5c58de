package core

// StateSource is where the servers' states before the start come from (4.2
// "load-server-state-from-file").
type StateSource uint8

// The words of load-server-state-from-file.
const (
	NoState StateSource = iota
	GlobalState
	LocalState
)
