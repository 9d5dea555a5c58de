package core

// Trace is a "filter trace" line (configuration.txt 9.1): what happens to streams is
// told on standard error.
type Trace struct {
	Name string
	// Quiet tells nothing, Random forwards bodies in pieces of any size, and Hexdump
	// shows what is forwarded.
	Quiet, Random, Hexdump bool
}
