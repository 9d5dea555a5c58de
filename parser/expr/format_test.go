package expr

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gohap/parser/internal/peer"
)

// write writes a call as name<off>(args), each argument with its place.
func (c Call) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s@%d", c.Name, c.Off)
	if c.Parens {
		b.WriteByte('(')
		for i, a := range c.Args {
			fmt.Fprintf(b, "%s%q@%d+%d", strings.Repeat(" ", min(i, 1)), a.Text, a.Off, a.Len)
		}
		b.WriteByte(')')
	}
}

func showSample(s *Sample) string {
	var b strings.Builder
	s.Fetch.write(&b)
	for _, c := range s.Converters {
		b.WriteByte(' ')
		c.write(&b)
	}
	return b.String()
}

func showFormat(f *Format) string {
	var b strings.Builder
	for _, p := range f.Parts {
		fmt.Fprintf(&b, "%d+%d:", p.Off, p.Len)
		for _, fl := range p.Flags {
			b.WriteString(map[bool]string{true: "+", false: "-"}[fl.On] + fl.Name)
		}
		switch p.Kind {
		case Literal:
			fmt.Fprintf(&b, "%q ", p.Text)
		case Tag:
			fmt.Fprintf(&b, "%%%s ", p.Text)
		case Expression:
			fmt.Fprintf(&b, "[%s] ", showSample(p.Sample))
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

func TestParseFormat(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"a b", `0+3:"a b"`},
		{"%ci:%cp x", `0+3:%ci 3+1:":" 4+3:%cp 7+2:" x"`},
		{"%%%ci%%", `0+2:"%" 2+3:%ci 5+2:"%"`},
		{"%{+Q}ci", `0+7:+Q%ci`},
		{"a%{+Q,-X,E}r", `0+1:"a" 1+11:+Q-X%r`},
		{"%{+Q}o %t", `0+6:+Q%o 6+1:" " 7+2:%t`},
		{"%{+Q}1", `0+6:+Q%1`},
		{"%{Q}ci%{}cp", `0+6:%ci 6+5:%cp`},
		{"%{+Q+X}ci", `0+9:+Q+X%ci`},
		{"%{ +Q }ci", `0+9:+Q %ci`},
		{"%[src]", `0+6:[src@2]`},
		{"x%{+Q}[str(a]b),upper]y]", `0+1:"x" 1+21:+Q[str@7("a]b"@11+3) upper@16] 22+2:"y]"`},
		{"%(ci)%-b", `0+8:"(ci)-b"`},
		{"%ci_%cp.%ID", `0+3:%ci 3+1:"_" 4+3:%cp 7+1:"." 8+3:%ID`},
		{"%ci[str(a)]", `0+3:%ci 3+8:"[str(a)]"`},
	}
	for _, tt := range tests {
		f, err := ParseFormat(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := showFormat(f); got != tt.want {
			t.Errorf("%q\ngot  %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// formats with names that haproxy knows, so that all its complaints are about
// the syntax.
var someFormats = []string{
	"a b", "%ci", "%", "%%", "a%", "a% b", "%ci:%cp", "%{", "%{+Q", "%{+Q}", "%{+Q}ci", "%{Q}ci", "%{+Q,+X}ci", "%{+Q+X}ci", "%{+Q, +X}ci", "%{ +Q }ci",
	"%{}ci", "%{+}ci", "%{,}ci", "%{+Q}o", "%{+Q}o %ci", "%o %ci", "%[src]", "%[", "%[src", "%[src]x", "%[src,lower]", "%[src, lower]", "%[src lower]",
	"%{+Q}[src]", "%{+Q}[", "%[]", "%[src]%[dst]", "%[str(a]b)]", `%[str("a]b")]`, "%[str(a)", "%[str(a)x]", "%[src],", "%[src ] x", "%hr%hrl", "%Tr",
	"%{+Q}%ci", "%{+Q}{+X}ci", "%[capture.req.hdr(0)]", "%{+Q}%", "%-ci", "%ci-%cp", "%ci_%cp", "%ci%cp", "%(ci)", "%[src]]", "%é", "%ID", "%5ci",
	`%[str("a\"]")]`, `%[str(a\]b)]`, "%%%ci%%", "%{+Q,}ci", "%{+Qx}ci", `%[str(a\)b)]`, "%[str('a\\'b')]", `%[str("a`, `%[str("a)]`, "%[str(a]",
	"%[str(a),,upper]", "%[str(a),upper,]", "%[str(a) ,upper]", "%[str(a),upper ]", "%[ str(a)]", "%[str(a);x]", "%[str (a)]", "%[str(a),upper)]",
	"%[src@x]", `%[src"x]`, "%{+Q}%%", "%{+Q} x", "%{}", "x%{+Q}(", "%1", "%;", "%\tx", "%{+Q}_x", "%[str(a)] %[",
}

func TestFormatsAsHAProxy(t *testing.T) {
	const head = "frontend f\n bind :8080\n mode http\n timeout client 1s\n log 127.0.0.1 local0\n log-format "
	for _, text := range someFormats {
		want := ""
		if alerts := peer.Check(t, head+"'"+strings.ReplaceAll(text, "'", `'"'"'`)+"'\n", nil).Alerts(); len(alerts) > 0 {
			_, want, _ = strings.Cut(alerts[0].Text, "failed to parse log-format : ")
		}
		got := ""
		if _, err := ParseFormat(text); err != nil {
			got = err.Error() + "."
		}
		if got != want {
			t.Errorf("%q\ngohap   %s\nhaproxy %s", text, got, want)
		}
	}
}

func FuzzParseFormat(f *testing.F) {
	for _, text := range someFormats {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		format, err := parseFormat(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Off < 0 || e.Off > len(text) || e.Len < 1 {
				t.Fatalf("%q: %+v", text, err)
			}
			return
		}
		at := 0
		for _, p := range format.Parts {
			if p.Off != at || p.Len < 1 || (p.Kind == Expression) != (p.Sample != nil) {
				t.Fatalf("%q: %+v", text, p)
			}
			at += p.Len
		}
		if at != len(text) {
			t.Fatalf("%q: parts end at %d", text, at)
		}
	})
}
