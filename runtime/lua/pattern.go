package lua

import (
	lua "github.com/yuin/gopher-lua"
)

// maxCaptures and maxMatchDepth bound a pattern as Lua does.
const (
	maxCaptures   = 32
	maxMatchDepth = 200
)

// capture is a part of the text that a pattern remembers.
type capture struct {
	at, len int // len is one of those below, or the length
}

const (
	captureOpen     = -1
	capturePosition = -2
)

// matcher matches one pattern of Lua's against a text.
type matcher struct {
	L       *lua.LState
	r       *run
	s, p    string
	level   int
	depth   int
	capture [maxCaptures]capture
}

func newMatcher(L *lua.LState, s, p string) *matcher {
	r, _ := L.Context().(*run)
	return &matcher{L: L, r: r, s: s, p: p}
}

// step counts the work as instructions of the script: patterns can take very long.
func (m *matcher) step() {
	if m.r != nil && m.r.Done() != nil {
		m.L.RaiseError("%s", m.r.failed)
	}
}

// classEnd gives where the single-character class at p ends.
func (m *matcher) classEnd(p int) int {
	c := m.p[p]
	p++
	if c == '%' {
		if p >= len(m.p) {
			m.L.RaiseError("malformed pattern (ends with '%%')")
		}
		return p + 1
	}
	if c != '[' {
		return p
	}
	if p < len(m.p) && m.p[p] == '^' {
		p++
	}
	for first := true; first || p >= len(m.p) || m.p[p] != ']'; first = false {
		if p >= len(m.p) {
			m.L.RaiseError("malformed pattern (missing ']')")
		}
		if m.p[p] == '%' {
			p++
		}
		p++
	}
	return p + 1
}

func between(c, from, to byte) bool { return c >= from && c <= to }

// inClass reports whether c is of the class that a letter stands for.
func inClass(c, class byte) bool {
	lower := class | 0x20
	alpha := between(c|0x20, 'a', 'z')
	digit := between(c, '0', '9')
	in := false
	switch lower {
	case 'a':
		in = alpha
	case 'c':
		in = c < ' ' || c == 0x7f
	case 'd':
		in = digit
	case 'g':
		in = between(c, 0x21, 0x7e)
	case 'l':
		in = between(c, 'a', 'z')
	case 'p':
		in = between(c, 0x21, 0x7e) && !alpha && !digit
	case 's':
		in = c == ' ' || between(c, '\t', '\r')
	case 'u':
		in = between(c, 'A', 'Z')
	case 'w':
		in = alpha || digit
	case 'x':
		in = digit || between(c|0x20, 'a', 'f')
	default:
		return class == c
	}
	return in == (class == lower)
}

// inSet reports whether c is in the set that lies between [ at p and ] before end.
func (m *matcher) inSet(c byte, p, end int) bool {
	want := true
	end-- // the bracket
	if p++; m.p[p] == '^' {
		want = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case m.p[p] == '%':
			if p++; inClass(c, m.p[p]) {
				return want
			}
		case p+2 < end && m.p[p+1] == '-':
			if between(c, m.p[p], m.p[p+2]) {
				return want
			}
			p += 2
		case m.p[p] == c:
			return want
		}
	}
	return !want
}

// single reports whether the character at s is of the class from p to end.
func (m *matcher) single(s, p, end int) bool {
	if s >= len(m.s) {
		return false
	}
	c := m.s[s]
	switch m.p[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.p[p+1])
	case '[':
		return m.inSet(c, p, end)
	}
	return m.p[p] == c
}

// match gives where a match of the pattern from p on ends that begins at s, -1 for
// none.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxMatchDepth {
		m.L.RaiseError("pattern too complex")
	}
	defer func() { m.depth-- }()
	for {
		m.step()
		if p >= len(m.p) {
			return s
		}
		switch c := m.p[p]; {
		case c == '(':
			if p+1 < len(m.p) && m.p[p+1] == ')' {
				return m.begin(s, p+2, capturePosition)
			}
			return m.begin(s, p+1, captureOpen)
		case c == ')':
			return m.end(s, p+1)
		case c == '$' && p+1 == len(m.p):
			if s == len(m.s) {
				return s
			}
			return -1
		case c == '%' && p+1 < len(m.p) && m.p[p+1] == 'b':
			if s = m.balanced(s, p+2); s < 0 {
				return -1
			}
			p += 4
			continue
		case c == '%' && p+1 < len(m.p) && m.p[p+1] == 'f':
			p += 2
			if p >= len(m.p) || m.p[p] != '[' {
				m.L.RaiseError("missing '[' after '%%f' in pattern")
			}
			end := m.classEnd(p)
			var before, here byte
			if s > 0 {
				before = m.s[s-1]
			}
			if s < len(m.s) {
				here = m.s[s]
			}
			if m.inSet(before, p, end) || !m.inSet(here, p, end) {
				return -1
			}
			p = end
			continue
		case c == '%' && p+1 < len(m.p) && m.p[p+1] >= '0' && m.p[p+1] <= '9':
			l := m.closed(m.p[p+1])
			if s+l.len > len(m.s) || m.s[s:s+l.len] != m.s[l.at:l.at+l.len] {
				return -1
			}
			s += l.len
			p += 2
			continue
		}
		end := m.classEnd(p)
		var suffix byte
		if end < len(m.p) {
			suffix = m.p[end]
		}
		switch suffix {
		case '?':
			if m.single(s, p, end) {
				if e := m.match(s+1, end+1); e >= 0 {
					return e
				}
			}
			p = end + 1
		case '*':
			return m.longest(s, p, end, 0)
		case '+':
			return m.longest(s, p, end, 1)
		case '-':
			for {
				if e := m.match(s, end+1); e >= 0 {
					return e
				}
				if !m.single(s, p, end) {
					return -1
				}
				s++
			}
		default:
			if !m.single(s, p, end) {
				return -1
			}
			s++
			p = end
		}
	}
}

func (m *matcher) longest(s, p, end, least int) int {
	n := 0
	for m.single(s+n, p, end) {
		n++
	}
	for ; n >= least; n-- {
		if e := m.match(s+n, end+1); e >= 0 {
			return e
		}
	}
	return -1
}

func (m *matcher) begin(s, p, kind int) int {
	if m.level >= maxCaptures {
		m.L.RaiseError("too many captures")
	}
	m.capture[m.level] = capture{s, kind}
	m.level++
	e := m.match(s, p)
	if e < 0 {
		m.level--
	}
	return e
}

func (m *matcher) end(s, p int) int {
	for l := m.level - 1; l >= 0; l-- {
		if m.capture[l].len != captureOpen {
			continue
		}
		m.capture[l].len = s - m.capture[l].at
		e := m.match(s, p)
		if e < 0 {
			m.capture[l].len = captureOpen
		}
		return e
	}
	m.L.RaiseError("invalid pattern capture")
	return -1
}

func (m *matcher) closed(digit byte) capture {
	l := int(digit) - '1'
	if l < 0 || l >= m.level || m.capture[l].len == captureOpen {
		m.L.RaiseError("invalid capture index %%%d in pattern", l+1)
	}
	c := m.capture[l]
	c.len = max(c.len, 0)
	return c
}

func (m *matcher) balanced(s, p int) int {
	if p+1 >= len(m.p) {
		m.L.RaiseError("malformed pattern (missing arguments to '%%b')")
	}
	if s >= len(m.s) || m.s[s] != m.p[p] {
		return -1
	}
	depth := 1
	for i := s + 1; i < len(m.s); i++ {
		switch m.s[i] {
		case m.p[p+1]:
			if depth--; depth == 0 {
				return i + 1
			}
		case m.p[p]:
			depth++
		}
	}
	return -1
}

// get gives capture i of a match from s to e; without captures the match is the first.
func (m *matcher) get(i, s, e int) lua.LValue {
	if i >= m.level {
		if i != 0 {
			m.L.RaiseError("invalid capture index %%%d", i+1)
		}
		return lua.LString(m.s[s:e])
	}
	switch c := m.capture[i]; c.len {
	case captureOpen:
		m.L.RaiseError("unfinished capture")
		return nil
	case capturePosition:
		return lua.LNumber(c.at + 1)
	default:
		return lua.LString(m.s[c.at : c.at+c.len])
	}
}

// push pushes all captures, or the match where there are none and whole says so.
func (m *matcher) push(s, e int, whole bool) int {
	n := m.level
	if n == 0 && whole {
		n = 1
	}
	for i := range n {
		m.L.Push(m.get(i, s, e))
	}
	return n
}
