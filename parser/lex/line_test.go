package lex

import (
	"fmt"
	"strings"
	"testing"

	"gohap/parser/diag"
	"gohap/parser/internal/peer"
)

var variables = map[string]string{
	"AA": "aval", "SP": "one two  three ", "EMPTY": "", "TABS": "a\tb\nc", "QUO": `a"b\c`, "HASH": "a #b", "TWO": "p q",
	".LINE": "2", ".FILE": "t.cfg", ".SECTION": "",
}

func lookup(name string) (string, bool) {
	v, ok := variables[name]
	return v, ok
}

// show writes words so that a table can hold them: <a><b>.
func show(words []Word) string {
	var b strings.Builder
	for _, w := range words {
		fmt.Fprintf(&b, "<%s>", w.Text)
	}
	return b.String()
}

func TestLine(t *testing.T) {
	tests := []struct{ line, want string }{
		{"", ""},
		{"  \t ", ""},
		{"# comment", ""},
		{" server s1  127.0.0.1:80\tcheck # comment", "<server><s1><127.0.0.1:80><check>"},
		{"a#b", "<a>"},
		{`a\#b a"#"b 'a#b'`, "<a#b><a#b><a#b>"},
		{`a\ b "a b" 'a b'`, "<a b><a b><a b>"},
		{`'a'"b"c`, "<abc>"},
		{`"" '' x`, "<><><x>"},
		{`a\nb\rc\td\\e`, "<a\nb\rc\td\\e>"},
		{`\x41"\x42"'\x43'`, `<AB\x43>`},
		{`\a "\a" '\a' \$ "\$" "\{"`, `<\a><\a><\a><\$><$><\{>`},
		{`a\`, `<a\>`},
		{"a\\\tb", `<a\><b>`},
		{"\"a\\\tb\"", "<a\\\tb>"},
		{`a\x00b c`, "<a><c>"},
		{"a\rb", "<a>"},
		{"a\vb\fc", "<a><b><c>"},
		{`$AA ${AA} '$AA'`, "<$AA><${AA}><$AA>"},
		{`"$AA" "${AA}" "x${AA}y$AA z"`, "<aval><aval><xavalyaval z>"},
		{`"$NOPE" "${NOPE}" "${NOPE-d e}" "${NOPE-}" "${EMPTY-d}" "${AA-d}"`, "<><><d e><><><aval>"},
		{`"${SP}"`, "<one two  three >"},
		{`"${SP[*]}"`, "<one><two><three>"},
		{`"a${TWO[*]}b" c`, "<ap><qb><c>"},
		{`"a ${TWO[*]} b"`, "<a p><q b>"},
		{`"${SP[*]}"b`, "<one><two><three><b>"},
		{`"${TABS[*]}"`, "<a><b><c>"},
		{`"${EMPTY[*]}" "${NOPE[*]}" "${NOPE[*]-d e}" "${NOPE-d[*]}"`, "<><><d><e><d[*]>"},
		{`"$AA[*]" "$AA-x" "$AA.b" "${AA}é"`, "<aval[*]><aval-x><aval.b><avalé>"},
		{`"$QUO" "$HASH"`, `<a"b\c><a #b>`},
		{`"${NOPE-$AA}" "${NOPE-a\nb}"`, `<$AA><a\nb>`},
		{`"${.LINE}$.FILE"`, "<2t.cfg>"},
	}
	for _, tt := range tests {
		words, err := Line(nil, tt.line, diag.Pos{File: "f", Line: 1}, lookup)
		if err != nil || show(words) != tt.want {
			t.Errorf("%q\ngot  %q %v\nwant %q", tt.line, show(words), err, tt.want)
		}
	}
}

func TestLineErrors(t *testing.T) {
	sixtyFour := strings.Repeat("w ", 63) + "w"
	tests := []struct {
		line, msg string
		col       int
	}{
		{` foo "bar`, "unmatched quote at position 6:", 6},
		{` foo 'bar`, "unmatched quote at position 6:", 6},
		{"\tfoo \"b\\x4", "truncated or invalid hexadecimal sequence at position 8:", 8},
		{` foo "${FOO`, "unmatched brace in environment variable name at position 8:", 8},
		{` foo "${FOO-bar"`, "unmatched brace in environment variable name at position 8:", 8},
		{` foo "$1"`, "forbidden first char in environment variable name at position 8:", 8},
		{` foo "${1}"`, "forbidden first char in environment variable name at position 9:", 9},
		{` foo "${.foo}"`, "forbidden first char in environment variable name at position 9:", 9},
		{` foo "$`, "forbidden first char in environment variable name at position 8:", 8},
		{` foo "${A[1]}"`, "truncated or invalid word expansion sequence at position 10:", 10},
		{sixtyFour + " x", "too many words, truncating after word 64, position 127: <w>.", 127},
		{sixtyFour + " ", "too many words, truncating after word 64, position 127: <w>.", 127},
		{sixtyFour, "", 0},
		{sixtyFour + "#", "", 0},
		{sixtyFour + ` "`, "unmatched quote at position 129:", 129},
	}
	for _, tt := range tests {
		_, err := Line(nil, tt.line, diag.Pos{}, lookup)
		switch {
		case err == nil && tt.msg != "":
			t.Errorf("%q: no error", tt.line)
		case err != nil && (err.Msg != tt.msg || err.Col != tt.col):
			t.Errorf("%q: %q at %d, want %q at %d", tt.line, err.Msg, err.Col, tt.msg, tt.col)
		}
	}
}

// Every byte of a word knows where it came from.
func TestPlaces(t *testing.T) {
	line := ` a "b\x41c"d 'ef' "${AA}g" "${TWO[*]}"`
	words, err := Line(nil, line, diag.Pos{File: "f", Line: 7}, lookup)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		text     string
		col, len int
		cols     []int32
	}{
		{"a", 2, 1, nil},
		{"bAcd", 4, 9, []int32{5, 6, 10, 12}},
		{"ef", 14, 4, []int32{15, 16}},
		{"avalg", 19, 8, []int32{20, 20, 20, 20, 25}},
		{"p", 28, 10, []int32{29}},
		{"q", 29, 10, []int32{29}},
	} {
		w := words[i]
		if w.Text != want.text || w.Pos.Col != want.col || w.Pos.Len != want.len || fmt.Sprint(w.Cols) != fmt.Sprint(want.cols) || w.Pos.Line != 7 || w.Pos.File != "f" {
			t.Errorf("%+v, want %+v", w, want)
		}
	}
	if p := words[1].At(1, 2); p.Col != 6 || p.Len != 5 {
		t.Errorf("bytes 1 and 2 of %q at %d+%d", words[1].Text, p.Col, p.Len)
	}
	if p := words[1].At(4, 1); p.Col != 13 || p.Len != 1 {
		t.Errorf("end of %q at %d+%d", words[1].Text, p.Col, p.Len)
	}
}

// notices are texts behind .notice, which prints its argument.
var notices = []string{
	`a\`, `a\b`, `a\nb\rc\td`, `\x41\x42`, `a\'b`, `'a\nb'`, `"a\nb\x41"`, `"\a"`, `"\$AA"`, `\$AA`, `$AA`, `${AA}`, `"$AA"`,
	`"${AA}"`, `"x${AA}y$AA z"`, `"$NOPE"`, `"${NOPE}"`, `"${NOPE-d e}"`, `"${NOPE-}"`, `"${EMPTY-d}"`, `"$EMPTY"`, `"${SP}"`,
	`"${SP[*]}"`, `"a${SP[*]}b"`, `"${EMPTY[*]}"`, `"${NOPE[*]}"`, `"${NOPE[*]-d e}"`, `"${NOPE[*]-d}"`, `"${TABS[*]}"`, `"${AA[*]}"`,
	`"${AA[*]}"x`, `"${NOPE-$AA}"`, `"${NOPE-${AA}}"`, `"${NOPE-a"b}"`, `"${NOPE-a\}b}"`, `"${NOPE-a\x41}"`, `'${AA}'`, `"$AA-x"`,
	`"${AA-x}"`, `"$QUO"`, `"$HASH"`, `a#b c`, `a"#"b`, `a\#b`, `a\ b`, `'a'"b"c`, `""`, `''`, `"" b`, `   a   `, "a\tb", "a\rb",
	"'a\rb'", "a\vb", "a\fb", `\x00`, `a\x00b c`, `"a'b"`, `"$_A1é"`, `"$AAé"`, `"$AA.b"`, `"$AA[*]"`, `"${AA"`, `"$.LINE"`,
	`"${.LINE}"`, `"${.LINE-x}"`, `"x${.FILE}"`, `"$.LINE.x"`, `"${.LINE[*]}"`, `"$$AA"`, `"$AA$AA"`, `"$"`, `"a$"`, `a"$`, `\"a`,
	`"a\"b"`, `a\\b`, `"a\\b"`, `'a\\b'`, `"\`, `"a\x"`, `"a\x4"`, `"${AA}[*]"`, `"${AA[*]"`, `{a}`, `"${NOPE-[*]}"`, `"$.foo"`,
	`"${.foo-x}"`, `"${NOPE-a b"`, `"${AA?x}"`, `"${AA:-x}"`, `"${AA[*]x}"`, `"${AA[}"`, `"${AA[1]}"`, `"${AA[*"`, `"\#"`, `"\ "`,
	`"\r\t"`, `\a\b\c`, `\$`, `"\{"`, `"$NOPE" x`, `"${NOPE[*]}" z`, `"${NOPE[*]}"z`, `"b${TWO[*]}c" `, `\x`, `\x4g`, `"$1"`, `"${}"`,
	`"${A B}"`, `"$ x"`, "\"\\\tx\"", "\\\tx", `"\'"`, `"a\x41\x4z"`, `"b" "`, `a'`, `"""`,
}

func TestLineAsHAProxy(t *testing.T) {
	env := []string{}
	for k, v := range variables {
		if k[0] != '.' {
			env = append(env, k+"="+v)
		}
	}
	// A long first line, since haproxy fails to expand defaults (it says that
	// a brace is missing) on a line longer than all before it.
	prime := ".notice '" + strings.Repeat("0", 300) + "'\n"
	for _, n := range notices {
		line := " .notice " + n
		want := ""
		for _, m := range peer.Check(t, prime+line+"\n", env).Messages {
			if m.Line == 2 {
				want = strings.TrimPrefix(m.Text, "config : parsing [t.cfg:2]: ")
			}
		}
		words, err := Line(nil, line, diag.Pos{}, lookup)
		var got string
		switch {
		case err != nil:
			got = err.Msg
			want, _, _ = strings.Cut(want, "\n")
		case len(words) == 1:
			got = "''."
		case len(words) == 2 || words[2].Text == "":
			got = "'" + words[1].Text + "'."
		default:
			got = "Unexpected argument '" + words[2].Text + "' for '.notice'. Use quotes if the message should contain spaces."
		}
		if got != want {
			t.Errorf("%q\ngohap   %q\nhaproxy %q", line, got, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, n := range notices {
		f.Add(" .notice " + n)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\n\x00") {
			return // the caller has cut these
		}
		words, err := Line(nil, line, diag.Pos{}, lookup)
		if len(words) > MaxWords {
			t.Fatalf("%d words", len(words))
		}
		if err != nil && (err.Col < 1 || err.Col > len(line)+1 || err.Len < 1) {
			t.Fatalf("%q at %d+%d", err.Msg, err.Col, err.Len)
		}
		for _, w := range words {
			if w.Pos.Col < 1 || w.Pos.Len < 1 || w.Pos.Col+w.Pos.Len-1 > len(line) || w.Cols != nil && len(w.Cols) != len(w.Text) {
				t.Fatalf("%+v", w)
			}
			if !w.Quoted && line[w.Pos.Col-1:w.Pos.Col-1+w.Pos.Len] != w.Text {
				t.Fatalf("plain word %+v", w)
			}
			for i := range w.Text {
				if p := w.At(i, 1); p.Col < w.Pos.Col || p.Col >= w.Pos.Col+w.Pos.Len && p.Col > len(line) {
					t.Fatalf("byte %d of %+v at %d", i, w, p.Col)
				}
			}
		}
	})
}

// BenchmarkLine splits a line into words.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./parser/lex | tee new.txt
func BenchmarkLine(b *testing.B) {
	line := `    server srv1234 192.168.10.20:8080 check inter 2s rise 2 fall 3 weight 100 maxconn 500 cookie "c1234"`
	words := make([]Word, 0, 64)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		words, _ = Line(words[:0], line, diag.Pos{File: "f", Line: 1}, nil)
	}
}
