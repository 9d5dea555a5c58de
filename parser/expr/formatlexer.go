package expr

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Tokens of a log-format string. Open stands for the "%" of a variable or
// expression that has flags, so that its part begins there.
const (
	tokenLiteral lexer.TokenType = -(iota + 2)
	tokenFlags
	tokenFlag
	tokenTag
	tokenExpr
)

// formatDefinition makes format lexers for participle.
type formatDefinition struct{}

// Symbols returns the names of the tokens.
func (formatDefinition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "Literal": tokenLiteral, "Open": tokenFlags, "Flag": tokenFlag, "Tag": tokenTag, "Expr": tokenExpr,
	}
}

// Lex returns a lexer over all that r holds.
func (formatDefinition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	return &formatLexer{text: string(text)}, err
}

// formatLexer reads a format. It is where all of a format's errors are found.
type formatLexer struct {
	text    string
	i       int
	pending []lexer.Token // read along with the last one
	samples []*Sample     // of the expressions read
	fault   *Error        // where reading stopped
}

// Next returns the next token. A fault ends the text, so that what stands in
// front of it can be told.
func (l *formatLexer) Next() (lexer.Token, error) {
	t, err := l.next()
	if err != nil {
		l.stop(err)
		return l.end(), nil
	}
	return t, nil
}

func (l *formatLexer) end() lexer.Token { return lexer.EOFToken(lexer.Position{Offset: l.i}) }

func (l *formatLexer) next() (lexer.Token, *Error) {
	if len(l.pending) > 0 {
		t := l.pending[0]
		l.pending = l.pending[1:]
		return t, nil
	}
	if l.i == len(l.text) {
		return l.end(), nil
	}
	if t, ok := l.literal(); ok {
		return t, nil
	}

	start := l.i
	l.i++ // the %
	var flags []lexer.Token
	shown := ""
	if l.i < len(l.text) && l.text[l.i] == '{' {
		end := strings.IndexByte(l.text[l.i:], '}')
		if end < 0 {
			return lexer.Token{}, fail(BadFormat, start, len(l.text)-start, "truncated line after '%s'", l.text[l.i+1:])
		}
		shown = l.text[start : l.i+end+1]
		flags = readFlags(l.text, l.i+1, l.i+end)
		l.i += end + 1
	}
	t, err := l.value(start, shown)
	if err != nil || shown == "" {
		return t, err
	}
	// Positions: a part begins at its first token, so the "%" gets one.
	l.pending = append(flags, t)
	return lexer.Token{Type: tokenFlags, Value: "%", Pos: lexer.Position{Offset: start}}, nil
}

// literal takes the text up to the next variable or expression, if there is
// any. A "%" in front of another mark than a bracket or brace stands for
// nothing, in front of itself for itself.
func (l *formatLexer) literal() (lexer.Token, bool) {
	start := l.i
	var b strings.Builder
	for l.i < len(l.text) {
		c := l.text[l.i]
		if c != '%' {
			b.WriteByte(c)
			l.i++
			continue
		}
		if l.i+1 == len(l.text) {
			break
		}
		next := l.text[l.i+1]
		if next == '{' || next == '[' || tagByte(next) || isSpace(next) {
			break
		}
		b.WriteByte(next)
		l.i += 2
	}
	return lexer.Token{Type: tokenLiteral, Value: b.String(), Pos: lexer.Position{Offset: start}}, l.i > start
}

// value takes a variable's name or an expression. start is the offset of its
// "%", flags the text of that with the flags.
func (l *formatLexer) value(start int, flags string) (lexer.Token, *Error) {
	var t lexer.Token
	t.Pos.Offset = start
	if flags != "" {
		t.Pos.Offset = l.i
	}
	switch {
	case l.i < len(l.text) && l.text[l.i] == '[':
		return l.expression(t), nil
	case l.i < len(l.text) && tagByte(l.text[l.i]) && (flags != "" || !isDigit(l.text[l.i])):
		end := l.i
		for end < len(l.text) && tagByte(l.text[end]) {
			end++
		}
		t.Type, t.Value = tokenTag, l.text[l.i:end]
		l.i = end
		return t, nil
	case flags != "":
		return t, fail(BadFormat, start, len(flags), "parse argument modifier without variable name near '%s'", flags)
	case l.i == len(l.text):
		return t, fail(BadFormat, start, 1, "truncated line after '%%'")
	}
	return t, fail(BadFormat, start, 2, "unexpected variable name near '%s' at position %d line : '%s'. "+
		"Maybe you want to write a single '%%', use the syntax '%%%%'", l.text[l.i:l.i+1], l.i, l.text)
}

// expression takes "[...]".
func (l *formatLexer) expression(t lexer.Token) lexer.Token {
	open := l.i
	s, err := parseSample(l.text, open+1)
	shown := l.text[open+1 : s.End]
	l.samples = append(l.samples, s)
	l.i = s.End + 1
	t.Type, t.Value = tokenExpr, shown
	switch {
	case err != nil:
		e := *err.(*Error)
		e.Msg = "failed to parse sample expression <" + l.text[open+1:] + "> : " + e.Msg
		l.stop(&e)
	case l.text[s.End-1] == ',':
		e := *s.trailing()
		e.Msg = "failed to parse sample expression <" + l.text[open+1:] + "> : unknown converter ''"
		l.stop(&e)
	case s.End == len(l.text):
		l.stop(fail(BadFormat, s.End, 1, "missing ']' after '%s'", shown))
	case l.text[s.End] != ']':
		l.stop(fail(BadFormat, s.End, 1, "expected ']' after '%s', but found '%s'", shown, l.text[s.End:s.End+1]))
	}
	return t
}

// stop ends the text at a fault.
func (l *formatLexer) stop(e *Error) { l.fault, l.i = e, len(l.text) }

// readFlags makes tokens of the flags in text[i:end]: a sign with the name
// behind it, up to a comma or the next sign.
func readFlags(text string, i, end int) []lexer.Token {
	var flags []lexer.Token
	for ; i < end; i++ {
		if text[i] != '+' && text[i] != '-' {
			continue
		}
		stop := i + 1
		for stop < end && strings.IndexByte(",+-", text[stop]) < 0 {
			stop++
		}
		flags = append(flags, lexer.Token{Type: tokenFlag, Value: text[i:stop], Pos: lexer.Position{Offset: i}})
		i = stop - 1
	}
	return flags
}

// tagByte reports whether c may stand in the name of a format variable.
func tagByte(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }

// isDigit reports whether c is a decimal digit.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isSpace reports whether c is white space.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
