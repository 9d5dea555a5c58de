package diag

import (
	"bytes"
	"strings"
	"testing"
)

func TestTextForm(t *testing.T) {
	var l List
	l.Parsing(Notice, Pos{File: "a.cfg", Line: 1}, "", "'hello'.")
	l.Parsing(Diag, Pos{File: "a.cfg", Line: 2}, "", "'only with -dD'.")
	l.Parsing(Warning, Pos{File: "a.cfg", Line: 3, Col: 2, Len: 10}, " contimeout 5s", "old").Fix = " timeout connect 5s"
	l.Parsing(Alert, Pos{File: "a.cfg", Line: 12, Col: 28, Len: 4}, "    server s1 127.0.0.1:80 chek", "unknown keyword 'chek'")
	l.Config(Warning, "missing timeouts for frontend 'f'.\n   | While not\nproperly invalid.\n")
	var out bytes.Buffer
	text := Text{W: &out, PID: 4242, Preamble: func(print func(Severity, string)) {
		print(Notice, "haproxy version is 2.6.12")
	}}
	if err := text.WriteList(&l); err != nil {
		t.Fatal(err)
	}
	want := `[NOTICE]   (4242) : config : parsing [a.cfg:1] : 'hello'.
[NOTICE]   (4242) : haproxy version is 2.6.12
[WARNING]  (4242) : config : parsing [a.cfg:3] : old
    3 |  contimeout 5s
      |  ^^^^^^^^^^
      +  timeout connect 5s
[ALERT]    (4242) : config : parsing [a.cfg:12] : unknown keyword 'chek'
   12 |     server s1 127.0.0.1:80 chek
      |                            ^^^^
[WARNING]  (4242) : config : missing timeouts for frontend 'f'.
   | While not
   | properly invalid.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestDiagShownOnRequest(t *testing.T) {
	var l List
	l.Config(Diag, "trap")
	var out bytes.Buffer
	text := Text{W: &out, PID: 1, Show: func(Severity) bool { return true }}
	if err := text.WriteList(&l); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "[DIAG]     (1) : config : trap\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The caret must stand under the column, whatever was cut and whatever the
// width of the characters in front.
func TestSnippetCaret(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := []struct {
		name, source string
		col, n       int
		line, caret  string
	}{
		{"tabs", "\tserver\ts1 chek", 12, 4, "\tserver\ts1 chek", "\t      \t   ^^^^"},
		{"utf8", "  é chek", 6, 4, "  é chek", "    ^^^^"},
		{"past the end", "bind", 5, 1, "bind", "    ^"},
		{"too long for the line", "bind", 3, 9, "bind", "  ^^"},
		{"control", "a\x1b[m b", 6, 1, "a?[m b", "     ^"},
		{"cut right", long, 3, 1, strings.Repeat("a", 37) + "...", "  ^"},
		{"cut left", long, 300, 1, "..." + strings.Repeat("a", 18), strings.Repeat(" ", 20) + "^"},
		{"cut both", long, 150, 2, "..." + strings.Repeat("a", 17) + "aa" + strings.Repeat("a", 15) + "...", strings.Repeat(" ", 20) + "^^"},
		{"cut under", long, 2, 299, "a" + strings.Repeat("a", 36) + "...", " " + strings.Repeat("^", 39)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, pad, mark := frame(tt.source, tt.col, tt.n, 40)
			if text != tt.line || pad+strings.Repeat("^", mark) != tt.caret {
				t.Errorf("got\n%q\n%q\nwant\n%q\n%q", text, pad+strings.Repeat("^", mark), tt.line, tt.caret)
			}
		})
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("  server s1 é\tx", 4, 3, 20)
	f.Add(strings.Repeat("é", 99), 120, 300, 3)
	f.Fuzz(func(t *testing.T, source string, col, n, width int) {
		if len(source) > 1<<12 {
			return
		}
		var b strings.Builder
		snippet(&b, Pos{File: "f", Line: 1, Col: col, Len: n}, source, "", width%1000)
		for i := 0; i < b.Len(); i++ {
			if c := b.String()[i]; c < ' ' && c != '\n' && c != '\t' {
				t.Fatalf("control character in %q", b.String())
			}
		}
	})
}

func TestJSON(t *testing.T) {
	var l List
	l.Parsing(Alert, Pos{File: "a.cfg", Line: 2, Col: 3, Len: 4}, " <x>", "bad '%s'", "x\"")
	l.Config(Diag, "hidden")
	l.Config(Warning, "w")
	var out bytes.Buffer
	j := JSON{W: &out}
	if err := j.WriteList(&l); err != nil {
		t.Fatal(err)
	}
	want := `{"severity":"alert","file":"a.cfg","line":2,"column":3,"length":4,"message":"config : parsing [a.cfg:2] : bad 'x\"'","source":" <x>"}
{"severity":"warning","message":"config : w"}
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestSortByPlace(t *testing.T) {
	var l List
	l.Config(Alert, "whole")
	l.Parsing(Alert, Pos{File: "b", Line: 1}, "", "b1")
	l.Parsing(Alert, Pos{File: "a", Line: 9}, "", "a9")
	l.Parsing(Alert, Pos{File: "a", Line: 2}, "", "a2 first")
	l.Parsing(Alert, Pos{File: "a", Line: 2}, "", "a2 second")
	l.SortByPlace([]string{"a", "b"})
	var got []string
	for _, d := range l.All {
		got = append(got, d.Message[strings.LastIndex(d.Message, ": ")+2:])
	}
	if s := strings.Join(got, ","); s != "a2 first,a2 second,a9,b1,whole" {
		t.Error(s)
	}
}
