package expr

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gohap/parser/diag"
	"gohap/parser/internal/peer"
	"gohap/parser/lex"
)

// words cuts a line that is known to be right.
func words(t testing.TB, line string) []lex.Word {
	t.Helper()
	w, err := lex.Line(nil, line, diag.Pos{File: "f", Line: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func showCondition(c *Condition) string {
	var b strings.Builder
	if c.Unless {
		b.WriteString("unless ")
	}
	for i, group := range c.Or {
		b.WriteString(strings.Repeat(" | ", min(i, 1)))
		for j, term := range group {
			b.WriteString(strings.Repeat(" ", min(j, 1)))
			if term.Neg {
				b.WriteByte('!')
			}
			if term.Anonymous == nil {
				fmt.Fprintf(&b, "%s@%d", term.Name.Text, term.Name.Pos.Col)
				continue
			}
			b.WriteByte('{')
			for _, w := range term.Anonymous {
				b.WriteString(" " + w.Text)
			}
			b.WriteString(" }")
		}
	}
	return b.String()
}

func TestParseCondition(t *testing.T) {
	tests := []struct{ line, want string }{
		{"if", ""},
		{"if a", "a@4"},
		{"unless a", "unless a@8"},
		{"if a b", "a@4 b@6"},
		{"if a b or c || d OR e", "a@4 b@6 | c@11 | d@16 | e@21"},
		{"if !a", "!a@5"},
		{"if ! a !!b ! ! c ! !!d", "!a@6 b@10 c@16 !d@22"},
		{"if a or ! b", "a@4 | !b@11"},
		{"if or a or or b or", "a@7 | b@15"},
		{"if ! or a !", "a@9"},
		{"if !or a", "a@8"},
		{`if '!a' "b"`, "!a@6 b@9"},
		{`if a "" b`, "a@4"},
		{`if "" a`, ""},
		{"if { src 1.2.3.4 }", "{ src 1.2.3.4 }"},
		{"if a !{ src || } or ! { b } { }", "a@4 !{ src || } | !{ b } { }"},
		{`if {a } || a||b`, "{a@4 }@7 | a||b@12"},
	}
	for _, tt := range tests {
		c, err := ParseCondition(words(t, tt.line))
		if err != nil {
			t.Errorf("%q: %v", tt.line, err)
			continue
		}
		if got := showCondition(c); got != tt.want {
			t.Errorf("%q\ngot  %s\nwant %s", tt.line, got, tt.want)
		}
	}
}

func TestParseConditionError(t *testing.T) {
	for _, line := range []string{"if {", "if a or !{ src", "if { src}", "if { a { b", `if { path "" }`} {
		_, err := ParseCondition(words(t, line))
		var e *ConditionError
		if !errors.As(err, &e) || e.Msg != "missing closing '}' in condition" || e.Pos.Col != strings.IndexByte(line, '{')+1-strings.Count(line, "!") {
			t.Errorf("%q: %+v", line, err)
		}
	}
}

// Terms that haproxy does not know stand at the same place for gohap.
func TestConditionsAsHAProxy(t *testing.T) {
	const head = "frontend f\n bind :8080\n mode http\n timeout client 1s\n acl a src 1.2.3.4\n acl b src 1.2.3.4\n http-request deny "
	for _, line := range []string{
		"if a", "if", "unless", "if a b", "if a or b", "if a || b", "if a OR b", "if a and b", "if a && b", "if !a", "if ! a", "if !!a", "if ! ! a",
		"if a !b", "if or a", "if a or", "if a or or b", "if a ||b", "if a||b", "if { src 1.2.3.4 }", "if !{ src 1.2.3.4 }", "if ! { src 1.2.3.4 }",
		"if {src 1.2.3.4}", "if { src 1.2.3.4", "if { src 1.2.3.4}", "if {", "if }", "if { src 1.2.3.4 } }", "if a { src 1.2.3.4 } b", "if nope",
		"if !nope", "if a unless b", "if a if b", "if !", "if a !", `if "" nope`, `if a "" nope`, `if "{" src 1.2.3.4 "}"`, "if ( a )",
		"if !{src 1.2.3.4 }", "if !or", "if !or nope", "if a # nope", "if { path_beg /a || /b }", "if '!a'", `if !"{" src 1.2.3.4 }`, "if b, a",
		"if a or !nope", "if ! or nope", `if { path "" }`,
	} {
		want := "accepted"
		if alerts := peer.Check(t, head+line+"\n", nil).Alerts(); len(alerts) > 0 {
			want = alerts[0].Text[strings.LastIndex(alerts[0].Text, "condition : ")+len("condition : "):]
		}
		got := "accepted"
		c, err := ParseCondition(words(t, line))
		if err != nil {
			got = err.Error() + "."
		} else {
		terms:
			for _, group := range c.Or {
				for _, term := range group {
					if n := term.Name.Text; term.Anonymous == nil && n != "a" && n != "b" {
						got = "no such ACL : '" + n + "'."
						break terms
					}
				}
			}
		}
		if got != want {
			t.Errorf("%q\ngohap   %s\nhaproxy %s", line, got, want)
		}
	}
}

func FuzzParseCondition(f *testing.F) {
	for _, line := range []string{"if a or !b { src 1 } || ! c", "unless { { } } or", "if !{ a }!"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		w, lexErr := lex.Line(nil, line, diag.Pos{File: "f", Line: 1}, nil)
		if lexErr != nil || len(w) == 0 {
			return
		}
		c, err := ParseCondition(w)
		if err != nil {
			var e *ConditionError
			if !errors.As(err, &e) {
				t.Fatalf("%q: %v", line, err)
			}
			return
		}
		for _, group := range c.Or {
			if len(group) == 0 {
				t.Fatalf("%q: empty group", line)
			}
			for _, term := range group {
				if (term.Name.Text == "") != (term.Anonymous != nil) {
					t.Fatalf("%q: %+v", line, term)
				}
			}
		}
	})
}
