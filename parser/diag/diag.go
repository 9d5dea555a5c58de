// Package diag holds what gohap has to say about a configuration: one
// [Diagnostic] per finding, kept in a [List] in the order found, and rendered
// by the text and JSON writers of this package.
package diag

import "fmt"

// Severity tells how much a diagnostic matters. The zero value is Alert, so a
// diagnostic whose author forgot the severity is never silently harmless.
type Severity uint8

const (
	// Alert is an error: the configuration is refused.
	Alert Severity = iota
	// Warning leaves the configuration valid; -dW turns it into a failure.
	Warning
	// Notice is printed for information.
	Notice
	// Diag is a finding shown only under -dD.
	Diag
)

// String returns the word that HAProxy prints between brackets.
func (s Severity) String() string {
	switch s {
	case Alert:
		return "ALERT"
	case Warning:
		return "WARNING"
	case Notice:
		return "NOTICE"
	default:
		return "DIAG"
	}
}

// Pos is a place in a configuration source. Line and Col count from 1, Col in
// bytes; Len is the number of bytes to underline, at least 1. The zero value
// means "no place": such diagnostics print without source line and caret.
type Pos struct {
	File string
	Line int
	Col  int
	Len  int
}

// IsZero reports whether p names no place.
func (p Pos) IsZero() bool { return p.Line == 0 }

// Diagnostic is one finding.
type Diagnostic struct {
	Severity Severity
	// Pos is the place in the source; its caret underlines Pos.Len bytes.
	Pos Pos
	// Message is the text as HAProxy writes it after the level and pid, its
	// "config : parsing [file:line] : " prefix included. Its lines but the
	// first are continuation lines.
	Message string
	// Source is the source line at Pos without its line end, "" when unknown.
	Source string
	// Harmless marks an Alert that does not refuse the configuration: HAProxy
	// has a few.
	Harmless bool
	// Via is the place of the line that names Pos.File, where that is no file of the
	// configuration itself.
	Via Pos
	// Fix is the line to write instead of Source, "" when there is none.
	Fix string
}

// List collects diagnostics in the order found. The zero value is empty and
// ready. Not safe for concurrent use.
type List struct {
	All []Diagnostic
}

// Add appends d.
func (l *List) Add(d Diagnostic) { l.All = append(l.All, d) }

// Parsing appends a finding about a place in a file, with HAProxy's
// "config : parsing [file:line] : " in front of the formatted message.
func (l *List) Parsing(s Severity, p Pos, source, format string, args ...any) *Diagnostic {
	l.Add(Diagnostic{
		Severity: s,
		Pos:      p,
		Source:   source,
		Message:  fmt.Sprintf("config : parsing [%s:%d] : ", p.File, p.Line) + fmt.Sprintf(format, args...),
	})
	return &l.All[len(l.All)-1]
}

// Line is Parsing for the messages that HAProxy writes without a blank in front
// of the colon: "config : parsing [file:line]: ".
func (l *List) Line(s Severity, p Pos, source, format string, args ...any) *Diagnostic {
	l.Add(Diagnostic{
		Severity: s,
		Pos:      p,
		Source:   source,
		Message:  fmt.Sprintf("config : parsing [%s:%d]: ", p.File, p.Line) + fmt.Sprintf(format, args...),
	})
	return &l.All[len(l.All)-1]
}

// Config appends a finding about the whole configuration, with HAProxy's
// "config : " in front of the formatted message.
func (l *List) Config(s Severity, format string, args ...any) *Diagnostic {
	l.Add(Diagnostic{Severity: s, Message: "config : " + fmt.Sprintf(format, args...)})
	return &l.All[len(l.All)-1]
}

// Count returns how many diagnostics have severity s.
func (l *List) Count(s Severity) int {
	n := 0
	for i := range l.All {
		if l.All[i].Severity == s {
			n++
		}
	}
	return n
}

// Failed reports whether the list holds an Alert that refuses the configuration.
func (l *List) Failed() bool {
	for i := range l.All {
		if d := &l.All[i]; d.Severity == Alert && !d.Harmless {
			return true
		}
	}
	return false
}
