package diag

import (
	"encoding/json"
	"io"
	"strings"
)

// JSON writes diagnostics as JSON, one object a line, for editors and
// scripts. The zero value of a place leaves its members out.
type JSON struct {
	W io.Writer
	// Show chooses the severities that are printed; nil stands for [Shown].
	Show func(Severity) bool
}

// record is the form of one line; its member names are an interface.
type record struct {
	Severity string `json:"severity"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Length   int    `json:"length,omitempty"`
	Message  string `json:"message"`
	Source   string `json:"source,omitempty"`
	Fix      string `json:"fix,omitempty"`
}

// WriteList writes every diagnostic of l that is to be shown.
func (j *JSON) WriteList(l *List) error {
	for i := range l.All {
		if err := j.Write(l.All[i]); err != nil {
			return err
		}
	}
	return nil
}

// Write writes d as one line, unless its severity is not to be shown.
func (j *JSON) Write(d Diagnostic) error {
	show := j.Show
	if show == nil {
		show = Shown
	}
	if !show(d.Severity) {
		return nil
	}
	e := json.NewEncoder(j.W)
	e.SetEscapeHTML(false)
	return e.Encode(record{
		Severity: strings.ToLower(d.Severity.String()),
		File:     d.Pos.File,
		Line:     d.Pos.Line,
		Column:   d.Pos.Col,
		Length:   d.Pos.Len,
		Message:  d.Message,
		Source:   d.Source,
		Fix:      d.Fix,
	})
}
