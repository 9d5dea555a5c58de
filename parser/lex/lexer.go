package lex

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"gohap/parser/diag"
)

// Token types of a grammar over lines. A token is a line that has words: the
// words of a line never decide about the structure of a file, and a token for
// each would make a parser ten times slower.
const (
	// TokenLine is a line; its Value is the first word, its Pos.Offset the
	// line's number in [Lexer.Lines].
	TokenLine lexer.TokenType = -(iota + 2)
	// TokenSection is a line that starts a section.
	TokenSection
)

// Definition is the participle lexer definition of configuration lines. Its
// zero value knows no variable and no section.
type Definition struct {
	// Env expands variables.
	Env Lookup
	// Section reports whether the first word of a line starts a section.
	Section func(word string) bool
}

// Symbols returns the token types by the names that grammars use.
func (Definition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Line": TokenLine, "Section": TokenSection}
}

// Lex returns a lexer over all that r holds.
func (d Definition) Lex(filename string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(filename, string(text))
}

// LexString returns a lexer over text.
func (d Definition) LexString(filename, text string) (lexer.Lexer, error) {
	at := diag.Pos{File: filename}
	return NewLexer(d.Section, func() ([]Word, error) {
		if text == "" {
			return nil, io.EOF
		}
		var line string
		line, text, _ = strings.Cut(text, "\n")
		at.Line++
		words, err := Line(nil, line, at, d.Env)
		if err != nil {
			return nil, participle.Errorf(lexer.Position{Filename: filename, Line: at.Line, Column: err.Col}, "%s", err.Msg)
		}
		return words, nil
	}), nil
}

// Lexer makes a participle token of each line of words. It keeps the words,
// which a token cannot hold.
type Lexer struct {
	// Lines are the words of the lines read so far, none of them empty.
	Lines [][]Word

	section func(word string) bool
	next    func() ([]Word, error)
	end     lexer.Position
}

// NewLexer returns a lexer over the lines that next returns, until it returns
// io.EOF. Lines without words are left out. section may be nil.
func NewLexer(section func(word string) bool, next func() ([]Word, error)) *Lexer {
	return &Lexer{section: section, next: next}
}

// Next returns the next token, at last and from then on EOF.
func (l *Lexer) Next() (lexer.Token, error) {
	for {
		words, err := l.next()
		switch {
		case err == io.EOF:
			return lexer.EOFToken(l.end), nil
		case err != nil:
			return lexer.Token{}, err
		case len(words) == 0:
			continue
		}
		first := &words[0]
		l.end = lexer.Position{Filename: first.Pos.File, Offset: len(l.Lines), Line: first.Pos.Line, Column: first.Pos.Col}
		t := lexer.Token{Type: TokenLine, Value: first.Text, Pos: l.end}
		if l.section != nil && l.section(first.Text) {
			t.Type = TokenSection
		}
		l.Lines = append(l.Lines, words)
		return t, nil
	}
}
