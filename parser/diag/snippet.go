package diag

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// gutter is the least width of the line number column.
const gutter = 5

// cut marks the side of a source line where text was left out.
const cut = "..."

// snippet writes the source line of p with a caret line below it and, where
// there is one, the line to write instead. It writes nothing without a place.
func snippet(b *strings.Builder, p Pos, source, fix string, width int) {
	if p.IsZero() || source == "" {
		return
	}
	width = max(width, 20)
	number := fmt.Sprintf("%*d", gutter, p.Line)
	margin := strings.Repeat(" ", len(number))
	text, pad, mark := frame(source, p.Col, p.Len, width)
	fmt.Fprintf(b, "%s | %s\n", number, text)
	if p.Col > 0 {
		fmt.Fprintf(b, "%s | %s%s\n", margin, pad, strings.Repeat("^", mark))
	}
	if fix != "" {
		fmt.Fprintf(b, "%s + %s\n", margin, printable(fix))
	}
}

// frame returns the part of source to show, the blanks that bring the caret
// under column col (tabs stay tabs, so that they are as wide as in the source)
// and how many carets to draw for n bytes.
func frame(source string, col, n, width int) (text, pad string, mark int) {
	start := min(max(col-1, 0), len(source))
	for start > 0 && start < len(source) && !utf8.RuneStart(source[start]) {
		start--
	}
	end := min(start+max(n, 1), len(source))
	before, under, after := source[:start], source[start:end], source[end:]

	// The caret's part gets what is left of the width after some context.
	if w := utf8.RuneCountInString(source); w > width {
		room := width / 2
		lead := utf8.RuneCountInString(before)
		if lead+min(utf8.RuneCountInString(under), room) <= width-len(cut) {
			room = lead
		}
		before = lastRunes(before, room)
		under = firstRunes(under, max(width-utf8.RuneCountInString(before), 1))
		after = firstRunes(after, max(width-utf8.RuneCountInString(before+under), 0))
	}
	return printable(before + under + after), blanks(before), max(utf8.RuneCountInString(under), 1)
}

// firstRunes returns the first n runes of s, the last ones replaced by the cut
// mark where something is left out.
func firstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	keep := max(n-len(cut), 0)
	i := 0
	for ; keep > 0; keep-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i] + cut[:min(n, len(cut))]
}

// lastRunes is firstRunes from the other end.
func lastRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	keep := max(n-len(cut), 0)
	i := len(s)
	for ; keep > 0; keep-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return cut[:min(n, len(cut))] + s[i:]
}

// printable replaces what would disturb a terminal: control characters other
// than tab, and bytes that are not UTF-8. It keeps the number of runes.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

// blanks returns white space as wide as s.
func blanks(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, s)
}
