package health

import "time"

// Result is the outcome of a check.
type Result struct {
	Status   Status
	Code     int           // HTTP status and the like, 0 for none
	Info     string        // the words after "info:", "" for none
	Duration time.Duration // from the start of the check
}

// Probe is what a health check does over its connection. A probe is immutable
// and serves any number of servers at once.
type Probe interface {
	// Run does the check and returns its result, whose duration the caller
	// sets. It returns soon after the attempt's context ends.
	Run(a *Attempt) Result
}
