package logs

import (
	"strconv"
	"time"
)

// Forward sends on a message that came from elsewhere. A target without a format
// gets it in the form in which it came.
func (l *Logger) Forward(m *Message) {
	if l == nil {
		return
	}
	now := l.store.now()
	buf := buffers.Get().(*[]byte)
	text := *buf
	for i := range l.outputs {
		o := &l.outputs[i]
		level := Emerg
		if m.Priority >= 0 {
			level = Level(m.Priority & 7)
		}
		if level > o.config.Max || !o.config.Sample.All() && !o.config.Sample.Picks(o.seen.Add(1)-1) {
			continue
		}
		text = o.forward(text[:0], m, now)
		l.store.send(o, text)
	}
	*buf = text
	buffers.Put(buf)
}

// formOf is the form in which a message came.
func formOf(m *Message) Format {
	switch {
	case m.Host != nil && m.New:
		return RFC5424
	case m.Host != nil:
		return RFC3164
	case m.Tag != nil:
		return Local
	case m.Priority >= 0:
		return Priority
	}
	return Raw
}

// forward appends the message in the target's format, with its line feed.
func (o *output) forward(dst []byte, m *Message, now time.Time) []byte {
	format := o.config.Format
	if !o.config.Formatted {
		format = formOf(m)
	}
	f := fields{text: dst, room: o.limit()}
	switch format {
	case Local, RFC3164:
		f.add(o.forwardPriority(m))
		f.addOldDate(m, now)
		f.add(" ")
		if format == RFC3164 {
			f.addOr(m.Host, "localhost")
			f.add(" ")
		}
		if m.Tag != nil {
			f.add(string(m.Tag))
			if m.PID != nil {
				f.add("[")
				f.add(string(m.PID))
				f.add("]")
			}
			f.add(": ")
		}
	case RFC5424:
		f.add(o.forwardPriority(m) + "1 ")
		if m.New {
			f.addOr(m.Time, "-")
		} else {
			f.addNewDate(m, now)
		}
		for _, field := range [...][]byte{m.Host, m.Tag, m.PID, m.ID, m.Data} {
			f.add(" ")
			f.addOr(field, "-")
		}
		f.add(" ")
	case Timed:
		f.add("<" + strconv.Itoa(max(m.Priority, 0)&7) + ">")
		f.addNewDate(m, now)
		f.add(" ")
	case ISO:
		f.addNewDate(m, now)
		f.add(" ")
	case Short:
		f.add("<" + strconv.Itoa(max(m.Priority, 0)&7) + ">")
	case Priority:
		f.add(o.forwardPriority(m))
	}
	if !f.full && f.room > 0 {
		f.text = append(f.text, m.Text[:min(len(m.Text), f.room)]...)
	}
	return append(f.text, '\n')
}

// forwardPriority is the number in angle brackets: the message's, or else the
// target's facility.
func (o *output) forwardPriority(m *Message) string {
	n := m.Priority
	if n < 0 {
		n = int(o.config.Facility) << 3
	}
	if level := Level(n & 7); level < o.config.Min {
		n = n&^7 | int(o.config.Min)
	}
	return "<" + strconv.Itoa(n) + ">"
}

// addOr adds a field, or what stands for its lack.
func (f *fields) addOr(field []byte, lack string) {
	if field == nil {
		f.add(lack)
		return
	}
	f.add(string(field))
}

// addOldDate adds the date as RFC 3164 has it.
func (f *fields) addOldDate(m *Message, now time.Time) {
	switch {
	case m.Time == nil:
		f.add(string(AppendSyslog(nil, now)))
	case m.Old:
		f.add(string(m.Time))
	default:
		// 2026-11-28T10:11:12…
		n := int(m.Time[5]-'0')*10 + int(m.Time[6]-'0')
		name := "???"
		if n >= 1 && n <= 12 {
			name = months[n*3-3 : n*3]
		}
		day := string(m.Time[8:10])
		if day[0] == '0' {
			day = " " + day[1:]
		}
		f.add(name + " " + day + " " + string(m.Time[11:19]))
	}
}

// addNewDate adds the date as RFC 5424 has it.
func (f *fields) addNewDate(m *Message, now time.Time) {
	switch {
	case m.Time == nil:
		f.add(string(AppendISO(nil, now)))
	case !m.Old:
		f.add(string(m.Time))
	default:
		// Nov 28 10:11:12; of the year and of the zone it says nothing.
		n := month(m.Time)
		day := []byte{m.Time[4], m.Time[5]}
		if day[0] == ' ' {
			day[0] = '0'
		}
		b := strconv.AppendInt(nil, int64(now.Year()), 10)
		b = append(b, '-', '0'+byte(n/10), '0'+byte(n%10), '-')
		b = append(append(b, day...), 'T')
		f.add(string(b) + string(m.Time[7:15]) + "-00:00")
	}
}
