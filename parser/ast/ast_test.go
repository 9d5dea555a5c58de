package ast

import (
	"io"
	"strings"
	"testing"

	"gohap/parser/diag"
	"gohap/parser/lex"
)

func TestRead(t *testing.T) {
	lines := strings.Split("stray a\nlost\nglobal\n daemon\n nbthread 2\nlisten l\nglobal\n", "\n")
	n := 0
	l := lex.NewLexer(func(w string) bool { return w == "global" || w == "listen" }, func() ([]lex.Word, error) {
		if n == len(lines) {
			return nil, io.EOF
		}
		n++
		words, err := lex.Line(nil, lines[n-1], diag.Pos{File: "f", Line: n}, nil)
		if err != nil {
			return nil, err
		}
		return words, nil
	})
	f, stray, err := Read("f", l, func(line int) string { return lines[line-1] })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range stray {
		got = append(got, "stray:"+s.Source)
	}
	for _, s := range f.Sections {
		got = append(got, s.Header.Source)
		for _, st := range s.Body {
			got = append(got, st.Source)
		}
	}
	if g, want := strings.Join(got, "|"), "stray:stray a|stray:lost|global| daemon| nbthread 2|listen l|global"; g != want {
		t.Errorf("got %s, want %s", g, want)
	}
	if s := f.Sections[1]; s.Keyword() != "listen" || s.Args()[0].Text != "l" || s.Header.Pos().Line != 6 || len(s.Body) != 0 {
		t.Errorf("%+v", s)
	}
}
