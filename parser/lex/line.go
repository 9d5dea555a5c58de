package lex

import (
	"bytes"
	"fmt"
	"strings"

	"gohap/parser/diag"
)

// Line cuts a line, without its line end, into words, which it appends to
// words. A carriage return ends the line, wherever it stands. at gives the
// file and the line number. Words share memory with the line where nothing
// had to be resolved. After an error the words are those in front of it, and
// the statement is not to be used.
func Line(words []Word, line string, at diag.Pos, env Lookup) ([]Word, *Error) {
	if i := strings.IndexByte(line, '\r'); i >= 0 {
		line = line[:i]
	}
	s := scanner{line: line, at: at, env: env, words: words, first: len(words), start: -1}
	err := s.scan()
	if err == nil {
		err = s.tooMany
	}
	return s.words, err
}

// scanner cuts one line. As long as a word needs no resolving it is a part of
// the line; from the first quote, escape or variable on, its bytes and their
// columns are collected.
type scanner struct {
	line  string
	at    diag.Pos
	env   Lookup
	words []Word
	first int // index of the line's first word in words

	start    int // offset of the current word, -1 between words
	resolved bool
	split    bool // the word began within a variable's value
	text     []byte
	cols     []int32

	tooMany *Error
}

// blank reports whether c separates words.
func blank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// scan goes through the line once.
func (s *scanner) scan() *Error {
	var quote byte // the quote that is open,
	open := 0      // and where
	for i := 0; i < len(s.line); {
		c := s.line[i]
		switch {
		case quote == 0 && blank(c):
			s.separate(i)
			i++
		case quote == 0 && c == '#':
			s.end(i)
			return nil
		case quote != 0 && c == quote:
			quote = 0
			i++
		case quote == 0 && (c == '"' || c == '\''):
			s.resolve(i)
			quote, open = c, i
			i++
		case quote != '\'' && c == '\\':
			n, err := s.escape(i, quote)
			if err != nil {
				return err
			}
			i += n
		case quote == '"' && c == '$':
			n, err := s.variable(i)
			if err != nil {
				return err
			}
			i += n
		default:
			s.take(i)
			i++
		}
	}
	if quote != 0 {
		return fail(UnmatchedQuote, open, 1)
	}
	s.end(len(s.line))
	return nil
}

// begin starts a word at offset i unless one is under way.
func (s *scanner) begin(i int) {
	if s.start < 0 {
		s.start, s.resolved, s.split = i, false, false
	}
}

// resolve turns to collecting bytes, from offset i on.
func (s *scanner) resolve(i int) {
	s.begin(i)
	if s.resolved {
		return
	}
	s.resolved = true
	s.text, s.cols = s.text[:0], s.cols[:0]
	for j := s.start; j < i; j++ {
		s.put(s.line[j], j)
	}
}

// take adds the byte at offset i as it is.
func (s *scanner) take(i int) {
	s.begin(i)
	if s.resolved {
		s.put(s.line[i], i)
	}
}

// put adds a byte that stands at offset i, or comes from what does.
func (s *scanner) put(c byte, i int) {
	s.text = append(s.text, c)
	s.cols = append(s.cols, int32(i+1))
}

// end closes the current word, if any, at offset i.
func (s *scanner) end(i int) {
	if s.start < 0 {
		return
	}
	w := Word{Pos: s.at}
	w.Pos.Col, w.Pos.Len = s.start+1, max(i-s.start, 1)
	if s.resolved {
		n := len(s.text)
		if nul := bytes.IndexByte(s.text, 0); nul >= 0 {
			n = nul
		}
		w.Text, w.Quoted = string(s.text[:n]), true
		w.Cols = append([]int32(nil), s.cols[:n]...)
	} else {
		w.Text = s.line[s.start:i]
	}
	s.start = -1
	if s.split && w.Text == "" || len(s.words)-s.first == MaxWords {
		return
	}
	s.words = append(s.words, w)
}

// separate closes the current word before white space. Behind the last word
// that a line may have, HAProxy does not even take that.
func (s *scanner) separate(i int) {
	if s.start < 0 {
		return
	}
	s.end(i)
	if s.tooMany != nil || len(s.words)-s.first < MaxWords {
		return
	}
	last := &s.words[len(s.words)-1]
	// The position is one in the row of words with all between them resolved.
	position := 1
	for _, w := range s.words[s.first : len(s.words)-1] {
		position += len(w.Text) + 1
	}
	s.tooMany = &Error{
		Fault: TooManyWords,
		Msg:   fmt.Sprintf("too many words, truncating after word %d, position %d: <%s>.", MaxWords, position, last.Text),
		Col:   last.Pos.Col,
		Len:   last.Pos.Len,
	}
}

// escape resolves the backslash at offset i and returns how many bytes it
// took. In front of any other character than the ones below, a backslash is
// a character like others.
func (s *scanner) escape(i int, quote byte) (int, *Error) {
	var c byte
	if i+1 < len(s.line) {
		c = s.line[i+1]
	}
	switch {
	case c == 'n':
		c = '\n'
	case c == 'r':
		c = '\r'
	case c == 't':
		c = '\t'
	case c == 'x':
		var hi, lo int
		if i+3 < len(s.line) {
			hi, lo = hexDigit(s.line[i+2]), hexDigit(s.line[i+3])
		} else {
			hi = -1
		}
		if hi < 0 || lo < 0 {
			return 0, fail(BadHexadecimal, i, min(4, len(s.line)-i))
		}
		s.resolve(i)
		s.put(byte(hi<<4|lo), i)
		return 4, nil
	case c == ' ', c == '#', c == '\\', c == '\'', c == '"', c == '$' && quote == '"':
	default:
		s.take(i)
		return 1, nil
	}
	s.resolve(i)
	s.put(c, i)
	return 2, nil
}

// hexDigit returns the value of a hexadecimal digit, -1 for others.
func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
