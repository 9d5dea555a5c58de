package syntax

import (
	"fmt"
	"strings"
)

// kind is what a token is: a byte for itself, or one of those below.
type kind int

const (
	eof kind = iota + 256
	name
	str
	num
	// The keywords, in the order of keywords.
	kAnd
	kBreak
	kDo
	kElse
	kElseif
	kEnd
	kFalse
	kFor
	kFunction
	kGoto
	kIf
	kIn
	kLocal
	kNil
	kNot
	kOr
	kRepeat
	kReturn
	kThen
	kTrue
	kUntil
	kWhile
	// Operators of several bytes.
	idiv
	concat
	dots
	eq
	ge
	le
	ne
	shl
	shr
	label
)

var keywords = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
	"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

var operators = map[kind]string{
	idiv: "//", concat: "..", dots: "...", eq: "==", ge: ">=", le: "<=", ne: "~=", shl: "<<", shr: ">>", label: "::",
}

var keywordKinds = func() map[string]kind {
	m := map[string]kind{}
	for i, k := range keywords {
		m[k] = kAnd + kind(i)
	}
	return m
}()

// token is one word of a script.
type token struct {
	kind kind
	line int
	// text is the name, the string's contents, or the number as written.
	text string
	// raw is the token as messages show it; "" for the kind's own spelling.
	raw string
}

// String is the token as messages show it.
func (t *token) String() string {
	switch {
	case t.kind == eof:
		return "<eof>"
	case t.raw != "":
		return "'" + t.raw + "'"
	}
	return "'" + spell(t.kind) + "'"
}

func spell(k kind) string {
	switch {
	case k < 256:
		return string(rune(k))
	case k == eof:
		return "<eof>"
	case k == name:
		return "<name>"
	case k >= kAnd && k <= kWhile:
		return keywords[k-kAnd]
	}
	return operators[k]
}

// Error is what is wrong with a script.
type Error struct {
	Chunk string
	Line  int
	Msg   string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.Chunk, e.Line, e.Msg) }

// lexer cuts a script into tokens. It panics with an *Error.
type lexer struct {
	chunk string
	src   string
	pos   int
	line  int
}

func (l *lexer) fail(line int, msg, near string) {
	if near != "" {
		msg += " near " + near
	}
	panic(&Error{l.chunk, line, msg})
}

// failHere complains about what was read since start.
func (l *lexer) failHere(msg string, start int) {
	l.fail(l.line, msg, "'"+l.src[start:min(l.pos, len(l.src))]+"'")
}

func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) next() token {
	l.skip()
	t := token{line: l.line}
	if l.pos >= len(l.src) {
		t.kind = eof
		return t
	}
	start := l.pos
	c := l.src[l.pos]
	switch {
	case isLetter(c):
		for l.pos < len(l.src) && (isLetter(l.src[l.pos]) || isDigit(l.src[l.pos])) {
			l.pos++
		}
		t.text = l.src[start:l.pos]
		t.raw = t.text
		t.kind = name
		if k, ok := keywordKinds[t.text]; ok {
			t.kind = k
		}
		return t
	case isDigit(c), c == '.' && isDigit(l.peek(1)):
		t.text = l.number()
		t.kind, t.raw = num, t.text
		return t
	case c == '"' || c == '\'':
		t.kind, t.text = str, l.quoted(c)
		t.raw = l.src[start:l.pos]
		return t
	case c == '[' && (l.peek(1) == '[' || l.peek(1) == '='):
		if n := l.longOpen(); n >= 0 {
			t.kind, t.text = str, l.long(n, "string")
			t.raw = l.src[start:l.pos]
			t.line = l.line
			return t
		}
		if l.peek(1) == '=' {
			l.pos = start + 1
			for l.peek(0) == '=' {
				l.pos++
			}
			l.fail(l.line, "invalid long string delimiter", "'"+l.src[start:l.pos]+"'")
		}
	}
	if c == '.' && l.peek(1) == '.' && l.peek(2) == '.' {
		l.pos += 3
		t.kind = dots
		return t
	}
	for _, k := range [...]kind{idiv, concat, eq, ge, le, ne, shl, shr, label} {
		if op := operators[k]; strings.HasPrefix(l.src[l.pos:], op) {
			l.pos += len(op)
			t.kind = k
			return t
		}
	}
	l.pos++
	t.kind = kind(c)
	if c < ' ' || c > '~' {
		t.raw = fmt.Sprintf("<\\%d>", c)
	}
	return t
}

// skip passes over blanks and comments.
func (l *lexer) skip() {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '\n' || c == '\r':
			l.newline()
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			l.pos++
		case c == '-' && l.peek(1) == '-':
			l.pos += 2
			if l.peek(0) == '[' {
				if n := l.longOpen(); n >= 0 {
					l.long(n, "comment")
					continue
				}
			}
			for l.pos < len(l.src) && l.src[l.pos] != '\n' && l.src[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

// newline passes over a line's end, of one or two bytes.
func (l *lexer) newline() {
	c := l.src[l.pos]
	l.pos++
	if d := l.peek(0); (d == '\n' || d == '\r') && d != c {
		l.pos++
	}
	l.line++
}

// longOpen passes over the opening of a long bracket and gives its level; it stays
// and gives -1 where there is none.
func (l *lexer) longOpen() int {
	n := 0
	for l.peek(1+n) == '=' {
		n++
	}
	if l.peek(1+n) != '[' {
		return -1
	}
	l.pos += n + 2
	return n
}

func (l *lexer) long(level int, what string) string {
	line := l.line
	end := "]" + strings.Repeat("=", level) + "]"
	if c := l.peek(0); l.pos < len(l.src) && (c == '\n' || c == '\r') {
		l.newline()
	}
	var b strings.Builder
	for l.pos < len(l.src) {
		if strings.HasPrefix(l.src[l.pos:], end) {
			l.pos += len(end)
			return b.String()
		}
		if c := l.src[l.pos]; c == '\n' || c == '\r' {
			l.newline()
			b.WriteByte('\n')
			continue
		}
		b.WriteByte(l.src[l.pos])
		l.pos++
	}
	l.fail(l.line, fmt.Sprintf("unfinished long %s (starting at line %d)", what, line), "<eof>")
	return ""
}

func (l *lexer) number() string {
	start := l.pos
	exp := "eE"
	if l.src[l.pos] == '0' && (l.peek(1) == 'x' || l.peek(1) == 'X') {
		exp = "pP"
		l.pos += 2
	}
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case strings.IndexByte(exp, c) >= 0:
			l.pos++
			if s := l.peek(0); s == '+' || s == '-' {
				l.pos++
			}
		case isDigit(c) || isLetter(c) || c == '.':
			l.pos++
		default:
			return l.checked(start)
		}
	}
	return l.checked(start)
}

func (l *lexer) checked(start int) string {
	text := l.src[start:l.pos]
	if _, ok := Number(text); !ok {
		l.failHere("malformed number", start)
	}
	return text
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
