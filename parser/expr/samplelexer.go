package expr

import (
	"io"

	"github.com/alecthomas/participle/v2/lexer"
)

// Tokens of a sample expression.
const (
	tokenName lexer.TokenType = -(iota + 2)
	tokenOpen
	tokenArg
	tokenComma
	tokenClose
)

// sampleDefinition makes sample lexers for participle.
type sampleDefinition struct{}

// Symbols returns the names of the tokens.
func (sampleDefinition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "Name": tokenName, "Open": tokenOpen, "Arg": tokenArg, "Comma": tokenComma, "Close": tokenClose,
	}
}

// Lex returns a lexer over all that r holds.
func (sampleDefinition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	return newSampleLexer(string(text), 0), err
}

// sampleLexer reads an expression up to the first character that cannot belong
// to it; i is then its offset. Where the text ends within an argument list, it
// sets cut and closes the list, so that the parser sees what there is.
type sampleLexer struct {
	text string
	i    int
	last lexer.TokenType
	args bool // within an argument list
	cut  bool
}

func newSampleLexer(text string, start int) *sampleLexer {
	return &sampleLexer{text: text, i: start, last: tokenComma}
}

// Next returns the next token.
func (l *sampleLexer) Next() (lexer.Token, error) {
	switch {
	case l.args && (l.last == tokenOpen || l.last == tokenComma):
		arg, end := ScanArg(l.text, l.i)
		return l.token(tokenArg, arg.Text, end), nil
	case l.i == len(l.text):
		if l.args {
			l.args, l.cut = false, true
			return l.token(tokenClose, "", l.i), nil
		}
	case l.args && l.text[l.i] == ')':
		l.args = false
		return l.token(tokenClose, ")", l.i+1), nil
	case l.text[l.i] == ',' && !l.cut:
		return l.token(tokenComma, ",", l.i+1), nil
	case l.last == tokenName && l.text[l.i] == '(':
		l.args = true
		return l.token(tokenOpen, "(", l.i+1), nil
	case l.last == tokenComma:
		end := l.i
		for end < len(l.text) && nameByte(l.text[end]) {
			end++
		}
		if end > l.i {
			return l.token(tokenName, l.text[l.i:end], end), nil
		}
	}
	return lexer.EOFToken(lexer.Position{Offset: l.i}), nil
}

// token makes a token of what stands up to offset end, and goes there.
func (l *sampleLexer) token(kind lexer.TokenType, value string, end int) lexer.Token {
	t := lexer.Token{Type: kind, Value: value, Pos: lexer.Position{Offset: l.i}}
	l.i, l.last = end, kind
	return t
}

// nameByte reports whether c may stand in the name of a fetch or converter.
func nameByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '.' || c == '_' || c == '-' || c == ':' || c == '+'
}
