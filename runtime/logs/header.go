package logs

import "strconv"

// header is what stands before the text of a line at one level, made when the
// logger is made; only the date is put in for each line.
//
// A line has a length limit, and HAProxy fills it field by field: a field that
// does not leave at least one byte free is left out together with all that
// would follow it, the text included. All fields have known lengths (the dates
// too), so where a line ends is known beforehand.
type header struct {
	pri  string // "<134>", and "1 " in RFC 5424; before the date
	tail string // after the date
	room int    // bytes left for what follows; negative: nothing may
}

// Lengths of the dates.
const (
	syslogDateLen = len("Nov 20 17:41:36")
	isoDateLen    = len("2026-11-20T17:41:36.236000+00:00")
)

// fields adds up the fields of a header and keeps to the limit.
type fields struct {
	text []byte
	room int
	full bool
}

// add adds a field where it fits.
func (f *fields) add(field string) {
	if f.full = f.full || len(field) >= f.room; !f.full {
		f.text = append(f.text, field...)
		f.room -= len(field)
	}
}

// newHeader makes the header of lines of that format and level with at most
// limit bytes. Host is "" where the host name is not known or not sent.
func newHeader(format Format, pri int, limit int, host, tag string, pid int) header {
	h := header{pri: "<" + strconv.Itoa(pri) + ">"}
	f := fields{}
	switch format {
	case Local, RFC3164:
		f.room = limit - len(h.pri) - syslogDateLen
		f.add(" ")
		if format == RFC3164 {
			if host == "" {
				host = "localhost"
			}
			f.add(host)
			f.add(" ")
		}
		f.add(tag)
		f.add("[")
		f.add(strconv.Itoa(pid))
		f.add("]")
		f.add(": ")
	case RFC5424:
		h.pri += "1 "
		f.room = limit - len(h.pri) - isoDateLen
		f.add(" ")
		if host == "" {
			host = "-"
		}
		f.add(host)
		f.add(" ")
		f.add(tag)
		f.add(" ")
		f.add(strconv.Itoa(pid))
		f.add(" ")
		f.add("- ") // no message id
	case Timed:
		f.room = limit - len(h.pri) - isoDateLen
		f.add(" ")
	case ISO:
		h.pri = ""
		f.room = limit - isoDateLen
		f.add(" ")
	case Raw:
		h.pri = ""
		f.room = limit
	default: // Short, Priority
		f.room = limit - len(h.pri)
	}
	h.tail, h.room = string(f.text), f.room
	if f.full {
		h.room = -1
	}
	return h
}

// priority is the number in the angle brackets: facility and level, or the
// level alone in the formats for local readers.
func priority(format Format, facility Facility, level Level) int {
	if format == Short || format == Timed {
		return int(level)
	}
	return int(facility)<<3 | int(level)
}
