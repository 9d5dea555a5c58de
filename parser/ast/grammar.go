package ast

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"gohap/parser/lex"
)

// The grammar of a file: lines before any section, then sections of a header
// line and the lines up to the next. It is made of these two kinds of lines
// alone, so no word can stop the parser.
type (
	fileRule struct {
		Stray    lineRules      `parser:"@@"`
		Sections []*sectionRule `parser:"@@*"`
	}
	sectionRule struct {
		Header headerRule `parser:"@@"`
		Body   lineRules  `parser:"@@"`
	}
	// headerRule is a line that starts a section, by its number.
	headerRule struct{ line int }
	// lineRules are the lines up to one that starts a section.
	lineRules struct{ first, end int }
)

// Parse takes a header line.
func (h *headerRule) Parse(l *lexer.PeekingLexer) error {
	if l.Peek().Type != lex.TokenSection {
		return participle.NextMatch
	}
	h.line = l.Next().Pos.Offset
	return nil
}

// Parse takes all lines of a body.
func (b *lineRules) Parse(l *lexer.PeekingLexer) error {
	for l.Peek().Type == lex.TokenLine {
		n := l.Next().Pos.Offset
		if b.end == 0 {
			b.first = n
		}
		b.end = n + 1
	}
	return nil
}

var grammar = sync.OnceValue(func() *participle.Parser[fileRule] {
	return participle.MustBuild[fileRule](participle.Lexer(lex.Definition{}))
})

// Read makes a tree of the lines of l. source returns the text of a line of
// the file by its number. stray are the statements before the first section.
func Read(name string, l *lex.Lexer, source func(line int) string) (f *File, stray []*Statement, err error) {
	tokens, err := lexer.Upgrade(l)
	if err != nil {
		return nil, nil, err
	}
	rules, err := grammar().ParseFromLexer(tokens)
	if err != nil {
		return nil, nil, err
	}

	all := make([]Statement, len(l.Lines))
	refs := make([]*Statement, len(l.Lines))
	for i, words := range l.Lines {
		all[i] = Statement{Words: words, Source: source(words[0].Pos.Line)}
		refs[i] = &all[i]
	}
	body := func(r lineRules) []*Statement { return refs[r.first:r.end:r.end] }
	f = &File{Name: name, Sections: make([]*Section, len(rules.Sections))}
	for i, s := range rules.Sections {
		f.Sections[i] = &Section{Header: refs[s.Header.line], Body: body(s.Body)}
	}
	return f, body(rules.Stray), nil
}
