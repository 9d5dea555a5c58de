package diag

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// Shown is the choice of severities that HAProxy prints without -dD: all but
// [Diag].
func Shown(s Severity) bool { return s != Diag }

// Text writes diagnostics as HAProxy prints them on stderr, each followed by
// its source line and a caret under the place it is about. Its fields are set
// before the first Write; Write may be called by several goroutines.
type Text struct {
	W io.Writer
	// PID is the process id printed after the level.
	PID int
	// Show chooses the severities that are printed; nil stands for [Shown].
	Show func(Severity) bool
	// Preamble is called once, right before the first Warning or Alert is
	// printed. The process announces its version and executable there, by
	// calling print.
	Preamble func(print func(s Severity, message string))
	// Width is the number of columns that a source line may take before it is
	// cut around the caret; 0 stands for 100.
	Width int

	mu        sync.Mutex
	announced bool
}

// WriteList writes every diagnostic of l that is to be shown.
func (t *Text) WriteList(l *List) error {
	for i := range l.All {
		if err := t.Write(l.All[i]); err != nil {
			return err
		}
	}
	return nil
}

// Write writes d in one call to W, unless its severity is not to be shown.
func (t *Text) Write(d Diagnostic) error {
	show := t.Show
	if show == nil {
		show = Shown
	}
	if !show(d.Severity) {
		return nil
	}

	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	if !t.announced && d.Severity <= Warning {
		t.announced = true
		if t.Preamble != nil {
			t.Preamble(func(s Severity, message string) { t.head(&b, s, message) })
		}
	}
	t.head(&b, d.Severity, d.Message)
	width := t.Width
	if width == 0 {
		width = 100
	}
	snippet(&b, d.Pos, d.Source, d.Fix, width)
	_, err := io.WriteString(t.W, b.String())
	return err
}

// head writes the level, the pid and the message. A continuation line that its
// author did not indent gets HAProxy's usual mark.
func (t *Text) head(b *strings.Builder, s Severity, message string) {
	level := "[" + s.String() + "]"
	fmt.Fprintf(b, "%-10s (%d) : ", level, t.PID)
	for i, line := range strings.Split(strings.TrimRight(message, "\n"), "\n") {
		if i > 0 && line != "" && line[0] != ' ' && line[0] != '\t' {
			b.WriteString("   | ")
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
}
