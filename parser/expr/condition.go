package expr

import (
	"io"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"gohap/parser/diag"
	"gohap/parser/lex"
)

// Condition is what stands behind if or unless: terms joined by "and", which
// is not written, in groups joined by "or". It holds when all terms of a group
// do; without a group it never holds. See configuration.txt, section 7.2.
type Condition struct {
	// Unless inverts the whole.
	Unless bool
	Or     [][]Term
}

// Term is a named ACL or an anonymous one.
type Term struct {
	// Neg inverts the term.
	Neg bool
	// Name is the ACL's name. Its Text is empty for an anonymous ACL.
	Name lex.Word
	// Anonymous are the words between the braces, nil for a named ACL.
	Anonymous []lex.Word
}

// ConditionError is why a condition does not parse.
type ConditionError struct {
	Msg string
	Pos diag.Pos
}

// Error returns the message.
func (e *ConditionError) Error() string { return e.Msg }

// IsCondition reports whether a word starts a condition.
func IsCondition(word string) bool { return word == "if" || word == "unless" }

// ParseCondition parses a condition with its leading if or unless. Like
// HAProxy it stops at an empty word, and takes needless "or"s and "!"s for
// nothing. The error is a [*ConditionError].
func ParseCondition(words []lex.Word) (*Condition, error) {
	c := &Condition{Unless: words[0].Text == "unless"}
	l := &conditionLexer{words: words, i: 1}
	tokens, err := lexer.Upgrade(l)
	if err != nil {
		return nil, err
	}
	rule, err := conditionGrammar().ParseFromLexer(tokens)
	if err != nil {
		return nil, err
	}
	for _, group := range rule.Or {
		terms := make([]Term, len(group.Terms))
		for i, t := range group.Terms {
			terms[i].Neg = t.Neg
			n := t.ACL.Pos.Offset
			if t.ACL.Name == "" {
				terms[i].Anonymous = words[n+1 : l.closing(n) : l.closing(n)]
				continue
			}
			terms[i].Name = words[n].From(len(words[n].Text) - len(t.ACL.Name))
		}
		c.Or = append(c.Or, terms)
	}
	return c, nil
}

// The grammar of a condition.
type (
	conditionRule struct {
		Or []*groupRule `parser:"Or* ( @@ ( Or+ @@ )* )?"`
	}
	groupRule struct {
		Terms []*termRule `parser:"@@+"`
	}
	termRule struct {
		Neg bool    `parser:"@Not?"`
		ACL aclRule `parser:"@@"`
	}
	aclRule struct {
		Pos  lexer.Position
		Name string `parser:"@Name | Block"`
	}
)

var conditionGrammar = sync.OnceValue(func() *participle.Parser[conditionRule] {
	return participle.MustBuild[conditionRule](participle.Lexer(conditionDefinition{}))
})

// Tokens of a condition. A block is an anonymous ACL with all its words.
const (
	tokenOr lexer.TokenType = -(iota + 2)
	tokenNot
	tokenACL
	tokenBlock
)

// conditionDefinition makes condition lexers for participle.
type conditionDefinition struct{}

// Symbols returns the names of the tokens.
func (conditionDefinition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Or": tokenOr, "Not": tokenNot, "Name": tokenACL, "Block": tokenBlock}
}

// Lex returns a lexer over the line of words that r holds.
func (conditionDefinition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	words, lexErr := lex.Line(nil, string(text), diag.Pos{}, nil)
	if lexErr != nil {
		return nil, lexErr
	}
	return &conditionLexer{words: words}, nil
}

// conditionLexer makes tokens of the words of a condition; Pos.Offset is the
// number of the word. Each word may start with any number of "!", or be
// nothing else; those in front of an "or" or of the end count for nothing, and
// so does a last "or".
type conditionLexer struct {
	words   []lex.Word
	i       int
	pending []lexer.Token // read along with the last one
}

// Next returns the next token.
func (l *conditionLexer) Next() (lexer.Token, error) {
	if len(l.pending) == 0 {
		if err := l.read(); err != nil {
			return lexer.Token{}, err
		}
	}
	if len(l.pending) == 0 {
		return lexer.EOFToken(lexer.Position{Offset: l.i}), nil
	}
	t := l.pending[0]
	l.pending = l.pending[1:]
	return t, nil
}

// read reads up to a term, the marks in front of it included.
func (l *conditionLexer) read() error {
	or, negated := false, false
	for ; l.i < len(l.words) && l.words[l.i].Text != ""; l.i++ {
		text := strings.TrimLeft(l.words[l.i].Text, "!")
		negated = negated != ((len(l.words[l.i].Text)-len(text))%2 == 1)
		if text == "" {
			continue
		}
		if text == "||" || strings.EqualFold(text, "or") {
			or, negated = true, false
			continue
		}
		return l.term(or, negated, text)
	}
	return nil
}

// term adds the tokens of the term at the current word and goes behind it.
func (l *conditionLexer) term(or, negated bool, text string) error {
	at := lexer.Position{Offset: l.i}
	if or {
		l.pending = append(l.pending, lexer.Token{Type: tokenOr, Value: "or", Pos: at})
	}
	if negated {
		l.pending = append(l.pending, lexer.Token{Type: tokenNot, Value: "!", Pos: at})
	}
	acl := lexer.Token{Type: tokenACL, Value: text, Pos: at}
	if text == "{" {
		acl.Type = tokenBlock
		end := l.closing(l.i)
		if end == len(l.words) {
			return &ConditionError{Msg: "missing closing '}' in condition", Pos: l.words[l.i].Pos}
		}
		l.i = end
	}
	l.pending = append(l.pending, acl)
	l.i++
	return nil
}

// closing returns the number of the brace that closes the one of word n, or
// the number of words without one. Here too, an empty word ends the condition.
func (l *conditionLexer) closing(n int) int {
	for n++; n < len(l.words) && l.words[n].Text != ""; n++ {
		if l.words[n].Text == "}" {
			return n
		}
	}
	return len(l.words)
}
