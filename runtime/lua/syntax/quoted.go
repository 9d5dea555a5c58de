package syntax

import "unicode/utf8"

// quoted reads a string between quotes.
func (l *lexer) quoted(quote byte) string {
	start := l.pos
	l.pos++
	var b []byte
	for {
		if l.pos >= len(l.src) {
			l.fail(l.line, "unfinished string", "<eof>")
		}
		c := l.src[l.pos]
		switch c {
		case quote:
			l.pos++
			return string(b)
		case '\n', '\r':
			l.failHere("unfinished string", start)
		case '\\':
			b = l.escape(b, start)
		default:
			b = append(b, c)
			l.pos++
		}
	}
}

var escapes = map[byte]byte{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\', '"': '"', '\'': '\'',
}

// escape reads what follows a backslash in the string that began at start.
func (l *lexer) escape(b []byte, start int) []byte {
	c := l.peek(1)
	if e, ok := escapes[c]; ok {
		l.pos += 2
		return append(b, e)
	}
	switch {
	case c == '\n' || c == '\r':
		l.pos++
		l.newline()
		return append(b, '\n')
	case c == 'x':
		l.pos += 2
		v := 0
		for range 2 {
			d := hexValue(l.peek(0))
			l.pos++
			if d < 0 {
				l.failHere("hexadecimal digit expected", start)
			}
			v = v<<4 | d
		}
		return append(b, byte(v))
	case c == 'z':
		l.pos += 2
		for l.pos < len(l.src) {
			switch d := l.src[l.pos]; d {
			case '\n', '\r':
				l.newline()
				continue
			case ' ', '\t', '\v', '\f':
				l.pos++
				continue
			}
			break
		}
		return b
	case c == 'u':
		return l.unicode(b, start)
	case isDigit(c):
		l.pos++
		v := 0
		for i := 0; i < 3 && isDigit(l.peek(0)); i++ {
			v = v*10 + int(l.peek(0)-'0')
			l.pos++
		}
		if v > 255 {
			l.pos++
			l.failHere("decimal escape too large", start)
		}
		return append(b, byte(v))
	}
	l.pos += 2
	l.failHere("invalid escape sequence", start)
	return b
}

func (l *lexer) unicode(b []byte, start int) []byte {
	l.pos += 2
	if l.peek(0) != '{' {
		l.pos++
		l.failHere("missing '{' in \\u{xxxx}", start)
	}
	l.pos++
	v, digits := 0, 0
	for hexValue(l.peek(0)) >= 0 {
		if v = v<<4 | hexValue(l.peek(0)); v > utf8.MaxRune {
			l.pos++
			l.failHere("UTF-8 value too large", start)
		}
		digits++
		l.pos++
	}
	l.pos++
	switch {
	case digits == 0:
		l.failHere("hexadecimal digit expected", start)
	case l.src[min(l.pos-1, len(l.src)-1)] != '}':
		l.failHere("missing '}' in \\u{xxxx}", start)
	}
	return AppendUTF8(b, uint32(v))
}
