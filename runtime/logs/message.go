package logs

import "bytes"

// Message is a log line that came from elsewhere, taken apart (RFC 3164, RFC 5424,
// and less). The bytes are those that were parsed.
type Message struct {
	// Priority is facility and level, -1 where the message has none.
	Priority int
	// Time is the date as it stands in the message, nil for none; Old says that it
	// has the form of RFC 3164, New that the message has that of RFC 5424.
	Time     []byte
	Old, New bool
	// Host, Tag, PID, ID and Data are nil where the message has none.
	Host, Tag, PID, ID, Data []byte
	Text                     []byte
}

// maxPriority is how large a priority may be for its digits to be one.
const maxPriority = 1 << 24

// ParseMessage takes a message apart, as HAProxy does. Whatever is of no known form
// is text.
func ParseMessage(b []byte) (m Message) {
	b = bytes.TrimSuffix(b, []byte("\n"))
	m.Priority, m.Text = -1, b
	if len(b) < 3 || b[0] != '<' {
		return m
	}
	n, i := 0, 1
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9' && n < maxPriority; i++ {
		n = n*10 + int(b[i]-'0')
	}
	if i == 1 || i == len(b) || b[i] != '>' {
		return m
	}
	b = b[i+1:]
	m.Priority, m.Text = n, b
	if rest, ok := bytes.CutPrefix(b, []byte("1 ")); ok {
		whole := m
		if !m.parseNew(rest) {
			m = whole
			m.Text = b[:len(b)-len("1 ")] // HAProxy loses as much of the end
		}
		return m
	}
	m.parseOld(b)
	return m
}

// parseNew reads what RFC 5424 has behind the version.
func (m *Message) parseNew(b []byte) bool {
	for _, field := range [...]*[]byte{&m.Time, &m.Host, &m.Tag, &m.PID, &m.ID} {
		word, rest, ok := bytes.Cut(b, []byte(" "))
		if !ok || len(word) == 0 {
			return false
		}
		if b = rest; len(word) != 1 || word[0] != '-' {
			*field = word
		}
	}
	if m.Time != nil && !isNewDate(m.Time) {
		return false
	}
	n := structuredLen(b)
	if n < 0 || n >= len(b) || b[n] != ' ' {
		return false
	}
	if b[0] != '-' {
		m.Data = b[:n]
	}
	m.New, m.Text = true, b[n+1:]
	return true
}

// structuredLen is the length of the structured data that b begins with, -1 where
// it is none.
func structuredLen(b []byte) int {
	if len(b) > 0 && b[0] == '-' {
		return 1
	}
	i := 0
	for i < len(b) && b[i] == '[' {
		for i++; i < len(b) && b[i] != ']'; i++ {
			if b[i] == '\\' {
				i++
			}
		}
		if i >= len(b) {
			return -1
		}
		i++
	}
	if i == 0 {
		return -1
	}
	return i
}

// isNewDate reports whether b looks as 2026-11-28T10:11:12.123456+01:00 does.
func isNewDate(b []byte) bool {
	const shape = "dddd-dd-ddTdd:dd:dd"
	if len(b) <= len(shape) || !looks(b[:len(shape)], shape) {
		return false
	}
	b = b[len(shape):]
	if b[0] == '.' {
		b = bytes.TrimLeft(b[1:], "0123456789")
	}
	if len(b) == 0 {
		return false
	}
	return string(b) == "Z" || (b[0] == '+' || b[0] == '-') && looks(b[1:], "dd:dd")
}

// looks reports whether b has a digit for each d of the shape, and its other bytes.
func looks(b []byte, shape string) bool {
	if len(b) != len(shape) {
		return false
	}
	for i, c := range b {
		if digit := c >= '0' && c <= '9'; shape[i] == 'd' != digit || !digit && c != shape[i] {
			return false
		}
	}
	return true
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// month is the number of the month that b begins with, 0 for none.
func month(b []byte) int {
	i := bytes.Index([]byte(months), b[:3])
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// parseOld reads what RFC 3164 has behind the priority: a date and a host, and
// perhaps a tag.
func (m *Message) parseOld(b []byte) {
	const shape = "Nov 28 10:11:12"
	if len(b) <= len(shape) || b[len(shape)] != ' ' || month(b) == 0 || b[3] != ' ' || !looks(b[7:15], "dd:dd:dd") ||
		!looks(b[5:6], "d") || b[4] != ' ' && !looks(b[4:5], "d") || b[6] != ' ' {
		return
	}
	host, text, ok := bytes.Cut(b[len(shape)+1:], []byte(" "))
	if !ok || len(host) == 0 {
		return
	}
	m.Time, m.Old, m.Host, m.Text = b[:len(shape)], true, host, text
	word, rest, ok := bytes.Cut(text, []byte(" "))
	tag, colon := bytes.CutSuffix(word, []byte(":"))
	if !ok || !colon || len(tag) == 0 {
		return
	}
	name, pid, in := bytes.Cut(tag, []byte("["))
	if !in {
		m.Tag, m.Text = tag, rest
		return
	}
	m.Tag = name
	if pid, closed := bytes.CutSuffix(pid, []byte("]")); closed {
		m.PID, m.Text = pid, rest
	}
}
