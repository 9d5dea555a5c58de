// Package ast is the syntax tree of a configuration file: sections of
// statements of words. It knows the shape of the language (configuration.txt,
// section 2) and none of its keywords.
package ast

import (
	"gohap/parser/diag"
	"gohap/parser/lex"
)

// File is one parsed configuration file.
type File struct {
	// Name is the path as it was given on the command line.
	Name string
	// Sections stand in file order. Statements before the first section
	// header have been reported and are not kept.
	Sections []*Section
}

// Section is a section header line and the statements up to the next one.
type Section struct {
	// Header is the header line: its first word is the section's keyword.
	Header *Statement
	// Body holds the statements in file order.
	Body []*Statement
}

// Keyword returns the section's keyword, such as "frontend".
func (s *Section) Keyword() string { return s.Header.Words[0].Text }

// Args returns the words after the section's keyword: its name, "from", ….
func (s *Section) Args() []Word { return s.Header.Words[1:] }

// Statement is one configuration line that is neither empty nor a comment.
// It has at least one word.
type Statement struct {
	Words []Word
	// Source is the line as it stands in the file, without its line end.
	Source string
}

// Keyword returns the statement's first word.
func (s *Statement) Keyword() string { return s.Words[0].Text }

// Args returns the words after the first.
func (s *Statement) Args() []Word { return s.Words[1:] }

// Pos returns the place of the statement's first word.
func (s *Statement) Pos() diag.Pos { return s.Words[0].Pos }

// Word is one word of a line; see [lex.Word].
type Word = lex.Word
