package prom

import (
	"io"
	"strconv"

	"gohap/stats"
)

// flushAt is the size at which buffered text is written.
const flushAt = 32 << 10

// An encoder writes metrics. After an error it writes nothing more.
type encoder struct {
	w   io.Writer
	buf []byte
	err error

	name, kind, help string
	begun            bool // the lines that introduce the metric are written
}

// begin starts a metric. A metric without samples leaves no trace.
func (e *encoder) begin(name, kind, help string) {
	e.name, e.kind, e.help, e.begun = name, kind, help, false
	if len(e.buf) > flushAt {
		e.flush()
	}
}

// sample writes one sample with the labels, given as names and values in turn.
// An absent value is NaN.
func (e *encoder) sample(v stats.Value, labels ...string) {
	e.series(labels)
	if v.Present() {
		e.buf = v.Append(e.buf)
	} else {
		e.buf = append(e.buf, "NaN"...)
	}
	e.buf = append(e.buf, '\n')
}

// seconds writes one sample in seconds.
func (e *encoder) seconds(s float64, labels ...string) {
	e.series(labels)
	e.buf = strconv.AppendFloat(e.buf, s, 'f', 6, 64)
	e.buf = append(e.buf, '\n')
}

// states writes a sample for each state, 1 for those that hold.
func (e *encoder) states(all []string, holds func(string) bool, labels []string) {
	for _, s := range all {
		n := uint64(0)
		if holds(s) {
			n = 1
		}
		e.sample(stats.Uint(n), append(labels, "state", s)...)
	}
}

// series writes what stands before a sample's value.
func (e *encoder) series(labels []string) {
	b := e.buf
	if !e.begun {
		e.begun = true
		b = append(b, "# HELP "...)
		b = append(b, e.name...)
		b = append(b, ' ')
		b = append(b, e.help...)
		b = append(b, "\n# TYPE "...)
		b = append(b, e.name...)
		b = append(b, ' ')
		b = append(b, e.kind...)
		b = append(b, '\n')
	}
	b = append(b, e.name...)
	for i := 0; i+1 < len(labels); i += 2 {
		if i == 0 {
			b = append(b, '{')
		} else {
			b = append(b, ',')
		}
		b = append(b, labels[i]...)
		b = append(b, `="`...)
		b = appendLabel(b, labels[i+1])
		b = append(b, '"')
	}
	if len(labels) > 0 {
		b = append(b, '}')
	}
	e.buf = append(b, ' ')
}

// appendLabel appends a label's value with what the format reserves escaped.
func appendLabel(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '\\', '"':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, c)
		}
	}
	return b
}

func (e *encoder) flush() {
	if e.err == nil && len(e.buf) > 0 {
		_, e.err = e.w.Write(e.buf)
	}
	e.buf = e.buf[:0]
}
