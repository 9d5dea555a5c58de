package core

import (
	"gohap/parser/diag"
	"gohap/runtime/logs"
)

// LogProfile is a "log-profile" section: what lines look like for the targets that
// name it (HAProxy 3.1).
type LogProfile struct {
	Name string
	// Defined says that there is such a section: log lines may name one to come.
	Defined bool
	Pos     diag.Pos
	// Tag is the program name in the lines, "" for that of the proxy.
	Tag string
	// Any is for all lines but those that Close and Error are for, about streams
	// that have ended and about those that failed before their request; nil where
	// the proxy's own formats hold.
	Any, Close, Error *LogStep
}

// LogStep is a line "on".
type LogStep struct {
	// Drop says that there is no line.
	Drop bool
	// Format and SD are the formats, nil for the proxy's.
	Format, SD Format
}

// At is what holds for a line; nil for the proxy's formats.
func (p *LogProfile) At(failed bool) *LogStep {
	step := p.Close
	if failed {
		step = p.Error
	}
	if step == nil {
		step = p.Any
	}
	return step
}

// ProfiledLog sends lines to the targets of a profile.
type ProfiledLog struct {
	*logs.Logger
	Profile *LogProfile
}
