package parser

import (
	"io"
	"strconv"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/lex"
)

// reader reads one file. It hands the lines that count to the lexer, having
// dealt with directives, and follows what they do to the environment.
type reader struct {
	name string
	env  *Env
	opts *Options
	list *diag.List

	lines []string
	line  int // number of the current line
	open  blocks

	global  bool   // whether the current section is a global one
	section string // its name, or its keyword where it has none

	find          lex.Lookup // r.lookup
	scratch, slab []lex.Word
}

// read returns the tree of a file's text.
func (r *reader) read(text string) *ast.File {
	r.find = r.lookup
	r.lines = strings.Split(text, "\n")
	last := len(r.lines) - 1
	ended := r.lines[last] == ""
	if ended {
		r.lines = r.lines[:last]
		last--
	}
	if last >= 0 && strings.IndexByte(r.lines[last], 0) >= 0 {
		ended = false // nothing behind a NUL byte counts, the line end neither
	}

	tree, stray, err := ast.Read(r.name, lex.NewLexer(r.opts.Section, r.next), r.source)
	if err != nil {
		// The grammar takes any row of lines, so this is a fault of gohap's.
		r.list.Config(diag.Alert, "parsing [%s] : internal error: %s", r.name, err)
		return nil
	}
	for _, s := range stray {
		r.list.Line(diag.Alert, s.Words[0].Pos, s.Source, "unknown keyword '%s' out of section.", s.Keyword())
	}
	if !ended {
		line, _, _ := strings.Cut(r.lines[last], "\x00")
		r.alert(r.at(len(line)+1, 1), "Missing LF on last line, file might have been truncated at position %d.", len(line)+1)
	}
	if len(r.open) > 0 {
		r.alert(r.at(0, 0), "non-terminated '.if' block.")
	}
	return tree
}

// source returns the text of line n as it is shown: up to a NUL byte, without
// the carriage return of a DOS line end.
func (r *reader) source(n int) string {
	if n < 1 || n > len(r.lines) {
		return ""
	}
	line, _, _ := strings.Cut(r.lines[n-1], "\x00")
	return strings.TrimSuffix(line, "\r")
}

// at returns a place in the current line.
func (r *reader) at(col, n int) diag.Pos {
	return diag.Pos{File: r.name, Line: r.line, Col: col, Len: n}
}

// alert reports an error in the current line.
func (r *reader) alert(p diag.Pos, format string, args ...any) {
	r.list.Line(diag.Alert, p, r.source(p.Line), format, args...)
}

// next returns the words of the next line that counts.
func (r *reader) next() ([]lex.Word, error) {
	for r.line < len(r.lines) {
		line, _, nul := strings.Cut(r.lines[r.line], "\x00")
		r.line++
		words := r.words(line)
		if nul && r.line < len(r.lines) {
			r.alert(r.at(len(line)+1, 1), "Stray NUL character at position %d.", len(line)+1)
		}
		if len(words) > 0 {
			return r.keep(words), nil
		}
	}
	return nil, io.EOF
}

// words returns the words of the current line if it is a statement that
// counts. They are valid until the next call.
func (r *reader) words(line string) []lex.Word {
	if r.scope(line) {
		return nil
	}
	words, err := lex.Line(r.scratch[:0], line, r.at(0, 0), r.find)
	r.scratch = words
	if err != nil {
		r.alert(r.at(err.Col, err.Len), "%s", err.Msg)
		if len(words) > 0 && words[0].Text == ".if" {
			r.open = append(r.open, block{state: passed})
		}
		return nil
	}
	switch {
	case len(words) == 0 || words[0].Text == "":
		// HAProxy takes a line whose first word is empty for an empty one.
	case words[0].Text[0] == '.':
		r.directive(words)
	case r.open.active():
		r.follow(words)
		return words
	}
	return nil
}

// keep copies words to where they can stay. Many lines share a slab.
func (r *reader) keep(words []lex.Word) []lex.Word {
	if cap(r.slab)-len(r.slab) < len(words) {
		r.slab = make([]lex.Word, 0, max(len(words), min(len(r.lines)*4, 4096)))
	}
	first := len(r.slab)
	r.slab = append(r.slab, words...)
	return r.slab[first:len(r.slab):len(r.slab)]
}

// lookup finds variables, and the pseudo-variables of section 2.3.
func (r *reader) lookup(name string) (string, bool) {
	switch name {
	case ".FILE":
		return r.name, true
	case ".LINE":
		return strconv.Itoa(r.line), true
	case ".SECTION":
		return r.section, true
	}
	return r.env.Lookup(name)
}

// follow keeps up with the section and the environment that a statement makes.
func (r *reader) follow(words []lex.Word) {
	keyword := words[0].Text
	switch {
	case r.opts.Section(keyword):
		r.global, r.section = keyword == "global", keyword
		if len(words) > 1 {
			r.section = words[1].Text
		}
	case r.global && strings.HasSuffix(keyword, "setenv"):
		args := make([]string, len(words)-1)
		for i, w := range words[1:] {
			args[i] = w.Text
		}
		r.env.apply(keyword, args)
	case r.global && keyword == "localpeer" && len(words) > 1 && r.opts.LocalPeer == "":
		r.env.Set("HAPROXY_LOCALPEER", words[1].Text)
	}
}
