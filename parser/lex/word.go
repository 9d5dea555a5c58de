// Package lex cuts configuration lines into words: quotes, escapes, comments
// and environment variables of configuration.txt, sections 2.2 and 2.3. Every
// byte of a word knows its column in the source.
package lex

import "gohap/parser/diag"

// Word is one word of a line, with quotes and escapes resolved and
// environment variables expanded.
type Word struct {
	// Text is the word's value. It never holds a NUL byte: like HAProxy's, a
	// word ends at one written as \x00.
	Text string
	// Pos is the place of the whole word in the source, quotes included.
	Pos diag.Pos
	// Quoted tells that part of the word stood in quotes or was escaped, so
	// an empty Text is a deliberate empty word.
	Quoted bool
	// Cols holds, for each byte of Text, its column in the source. It is nil
	// when the bytes stand one after the other from Pos.Col on. Bytes that
	// came from a variable stand where its "$" does.
	Cols []int32
}

// At returns the place of n bytes of the word's text from byte i on. An i past
// the end gives the place just behind the word.
func (w *Word) At(i, n int) diag.Pos {
	p := w.Pos
	p.Len = max(n, 1)
	switch {
	case i >= len(w.Text):
		p.Col = w.Pos.Col + w.Pos.Len
		p.Len = 1
	case w.Cols != nil:
		p.Col = int(w.Cols[i])
		last := min(i+max(n, 1), len(w.Cols)) - 1
		p.Len = max(int(w.Cols[last])-p.Col+1, 1)
	default:
		p.Col = w.Pos.Col + i
		p.Len = min(p.Len, len(w.Text)-i)
	}
	return p
}
