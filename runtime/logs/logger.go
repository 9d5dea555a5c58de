package logs

import (
	"bytes"
	"sync"
	"sync/atomic"
	"time"
)

// Logger sends the lines of one proxy, or of the process, to all targets of
// its `log` lines. A nil Logger sends nothing, which is what "no log" means.
// Any number of goroutines may use it.
type Logger struct {
	store   *Store
	outputs []output
	lowest  Level // the least severe level that any output takes
}

// output is one `log` line at work.
type output struct {
	sender *sender
	number int // position in the logger, from 1, for messages
	config Config
	same   bool // what the output before renders, at any level, does for this one
	header [levels]header

	seen atomic.Uint64 // lines counted for sampling
}

// Wants reports whether any target takes lines of that level, so that a caller
// need not build a line for nobody.
func (l *Logger) Wants(level Level) bool { return l != nil && len(l.outputs) > 0 && level <= l.lowest }

// Log sends one line to all targets that take its level. Line feeds at its end
// are dropped; what does not fit a target's "len" is cut off. The bytes are
// the caller's again on return.
func (l *Logger) Log(level Level, line []byte) { l.LogSD(level, nil, line) }

// LogSD is [Logger.Log] for lines with structured data ("log-format-sd"),
// which goes to targets of format rfc5424 only. Empty data is written as "-".
func (l *Logger) LogSD(level Level, sd, line []byte) {
	if !l.Wants(level) {
		return
	}
	sd = l.store.clip(sd)
	line = bytes.TrimRight(l.store.clip(line), "\n")
	now := l.store.now()
	buf := buffers.Get().(*[]byte)
	text := (*buf)[:0]
	for i := range l.outputs {
		o := &l.outputs[i]
		if level > o.config.Max {
			text = text[:0]
			continue
		}
		if !o.config.Sample.All() && !o.config.Sample.Picks(o.seen.Add(1)-1) {
			text = text[:0]
			continue
		}
		if r := o.config.Target.ring; r != nil {
			// A ring has a length of its own for whole lines; that of the log line
			// is the text's.
			text = o.render(text[:0], level, now, sd, line[:min(len(line), o.config.Len)])
			if r.lost.Load() > 0 {
				o.announce(r, now)
			}
			r.append(text)
			text = text[:0]
			continue
		}
		if !o.same || len(text) == 0 {
			text = o.render(text[:0], level, now, sd, line)
		}
		l.store.send(o, text)
	}
	*buf = text
	buffers.Put(buf)
}

// buffers are for rendered lines.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2*DefaultLen); return &b }}

// render appends the whole line with its line feed.
func (o *output) render(dst []byte, level Level, now time.Time, sd, line []byte) []byte {
	h := &o.header[max(level, o.config.Min)]
	dst = append(dst, h.pri...)
	switch o.config.Format {
	case Local, RFC3164:
		dst = AppendSyslog(dst, now)
	case RFC5424, Timed, ISO:
		dst = AppendISO(dst, now)
	}
	dst = append(dst, h.tail...)
	room := h.room
	if o.config.Format == RFC5424 && room >= 0 {
		dst, room = appendSD(dst, room, sd)
	}
	if room > 0 {
		dst = append(dst, line[:min(len(line), room)]...)
	}
	return append(dst, '\n')
}

// appendSD appends structured data and the space after it, under the rule of
// [header], and returns the room left, negative when the line ends here.
func appendSD(dst []byte, room int, sd []byte) ([]byte, int) {
	if len(sd) == 0 {
		sd = nilSD
	}
	if len(sd) >= room {
		return dst, -1
	}
	dst = append(dst, sd...)
	room -= len(sd)
	if room <= 1 {
		return dst, -1
	}
	return append(dst, ' '), room - 1
}

var nilSD = []byte("-")
