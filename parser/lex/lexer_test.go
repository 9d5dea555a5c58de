package lex

import (
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
)

func TestDefinition(t *testing.T) {
	d := Definition{Env: lookup, Section: func(w string) bool { return w == "global" }}
	l, err := d.Lex("f", strings.NewReader("\n# c\nglobal\n daemon \"$AA\"\n\n global x"))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for range 9 {
		tok, err := l.Next()
		if err != nil {
			t.Fatal(err)
		}
		if tok.Type == lexer.EOF {
			break
		}
		got.WriteString(map[lexer.TokenType]string{TokenLine: "line", TokenSection: "section"}[tok.Type] + " ")
		got.WriteString(show(l.(*Lexer).Lines[tok.Pos.Offset]) + " ")
	}
	if got, want := got.String(), "section <global> line <daemon><aval> section <global><x> "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if tok, err := l.Next(); err != nil || tok.Type != lexer.EOF {
		t.Errorf("after the end: %v %v", tok, err)
	}
}

func TestDefinitionError(t *testing.T) {
	l, _ := Definition{}.LexString("f", "a\n 'b")
	for range 9 {
		tok, err := l.Next()
		if err != nil {
			if err.Error() != "f:2:2: unmatched quote at position 2:" {
				t.Error(err)
			}
			return
		}
		if tok.Type == lexer.EOF {
			break
		}
	}
	t.Error("no error")
}
