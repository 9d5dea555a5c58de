package parser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/parser/ast"
	"gohap/parser/diag"
)

// parse parses text as t.cfg.
func parse(text string, env *Env) (*ast.File, *diag.List) {
	trees, list := Parse([]string{"t.cfg"}, env, Options{
		Features: like,
		ReadFile: func(string) ([]byte, error) { return []byte(text), nil },
	})
	return trees[0], list
}

// show writes a tree on one line: header{statement;statement}.
func show(f *ast.File) string {
	var b strings.Builder
	words := func(s *ast.Statement) {
		for i, w := range s.Words {
			b.WriteString(strings.Repeat(" ", min(i, 1)) + w.Text)
		}
	}
	for _, s := range f.Sections {
		words(s.Header)
		b.WriteByte('{')
		for _, st := range s.Body {
			words(st)
			b.WriteByte(';')
		}
		b.WriteByte('}')
	}
	return b.String()
}

func TestParse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"comments", "# a\n\n  # b\n", ""},
		{"sections", "global\n daemon\ndefaults d from e\nfrontend f from d\n bind :80 # x\n", "global{daemon;}defaults d from e{}frontend f from d{bind :80;}"},
		{"header indented", "  global\ndaemon\n", "global{daemon;}"},
		{"dos", "global\r\n daemon\r\n", "global{daemon;}"},
		{"keyword as argument", "backend b\n use-server global\n", "backend b{use-server global;}"},
		{"quoted keyword", "'global'\n \"daemon\"\n", "global{daemon;}"},
		{"empty first word", "global\n '' x\n daemon\n", "global{daemon;}"},
		{"if", ".if 1\nglobal\n.if 0\n a\n.elif 1\n b\n.elif 1\n c\n.else\n d\n.endif\n.endif\n e\n", "global{b;e;}"},
		{"section left out", "global\n.if 0\nlisten x\n b\n.endif\n c\n", "global{c;}"},
		{"setenv", "global\n setenv A 'x y'\n a \"$A\" \"${A[*]}\"\n unsetenv A\n a \"${A-z}\"\n", "global{setenv A x y;a x y x y;unsetenv A;a z;}"},
		{"localpeer", "global\n localpeer A\n a \"$HAPROXY_LOCALPEER\"\n", "global{localpeer A;a A;}"},
		{"presetenv", "global\n setenv A 1\n presetenv A 2\n presetenv B 3\n a \"$A$B\"\n", "global{setenv A 1;presetenv A 2;presetenv B 3;a 13;}"},
		{"resetenv", "global\n setenv A 1\n setenv B 2\n resetenv B\n a \"$A-$B\"\n", "global{setenv A 1;setenv B 2;resetenv B;a -2;}"},
		{"setenv elsewhere", "listen l\n setenv A 1\n a \"[$A]\"\n", "listen l{setenv A 1;a [];}"},
		{"setenv left out", "global\n.if 0\n setenv A 1\n.endif\n a \"[$A]\"\n", "global{a [];}"},
		{"setenv in a condition", "global\n setenv A 1\n.if streq(\"$A\",1) && defined(A)\n yes\n.endif\n", "global{setenv A 1;yes;}"},
		{"pseudo", "global\n \"$.FILE\" \"${.LINE}\" \"$.SECTION\"\nlisten l\n \"$.SECTION\"\n", "global{t.cfg 2 global;}listen l{l;}"},
		{"scope", "[s-1.x:y_Z] # c\nglobal\n a\n", "global{a;}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, list := parse(tt.text, NewEnv(nil))
			if len(list.All) > 0 {
				t.Errorf("%+v", list.All)
			}
			if got := show(f); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Every wrong line is reported and the right ones around it stay.
func TestParseReportsAll(t *testing.T) {
	text := "stray\n" +
		"global\n" +
		" a \"b\n" +
		" ok1\n" +
		" c \\x4\n" +
		".foo\n" +
		".if (\n in\n.else\n in\n.endif\n" +
		" nul\x00x\n" +
		" ok2\n" +
		".else\n" +
		".if 1\n" +
		" last"
	f, list := parse(text, NewEnv(nil))
	if got, want := show(f), "global{ok1;nul;ok2;last;}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := []string{
		"[t.cfg:1]: unknown keyword 'stray' out of section.",
		"[t.cfg:3]: unmatched quote at position 4:",
		"[t.cfg:5]: truncated or invalid hexadecimal sequence at position 4:",
		"[t.cfg:6]: unknown directive '.foo'.",
		"[t.cfg:7]: unparsable conditional expression '(' in '.if' at position 1:",
		"[t.cfg:12]: Stray NUL character at position 5.",
		"[t.cfg:14]: lone '.else' with no matching '.if'.",
		"[t.cfg:16]: Missing LF on last line, file might have been truncated at position 6.",
		"[t.cfg:16]: non-terminated '.if' block.",
	}
	for i, d := range list.All {
		if i >= len(want) || d.Message != "config : parsing "+want[i] || d.Severity != diag.Alert {
			t.Errorf("%d: %v %s", i, d.Severity, d.Message)
		}
		if d.Pos.Line < 1 || d.Source != strings.Split(strings.ReplaceAll(text, "\x00x", ""), "\n")[d.Pos.Line-1] {
			t.Errorf("%d: source %q", i, d.Source)
		}
	}
	if len(list.All) != len(want) {
		t.Errorf("%d diagnostics, want %d", len(list.All), len(want))
	}
}

func TestMessages(t *testing.T) {
	_, list := parse(".notice a\n.warning 'b c'\n.diag d\n.alert\n.notice a b\n.if 0\n.alert x\n.endif\n", NewEnv(nil))
	var got []string
	for _, d := range list.All {
		got = append(got, d.Severity.String()+" "+strings.TrimPrefix(d.Message, "config : parsing "))
	}
	want := "NOTICE [t.cfg:1]: 'a'.\nWARNING [t.cfg:2]: 'b c'.\nDIAG [t.cfg:3]: 'd'.\nALERT [t.cfg:4]: ''.\n" +
		"ALERT [t.cfg:5]: Unexpected argument 'b' for '.notice'. Use quotes if the message should contain spaces."
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestNestingLimit(t *testing.T) {
	for n, fails := range map[int]bool{99: false, 100: true, 5000: true} {
		_, list := parse(strings.Repeat(".if 1\n", n)+strings.Repeat(".endif\n", n), NewEnv(nil))
		if list.Failed() != fails || list.Count(diag.Alert) > 1 {
			t.Errorf("%d: %d alerts", n, list.Count(diag.Alert))
		}
	}
}

// The environment goes from file to file; the order of diagnostics is that of
// files.
func TestParseFiles(t *testing.T) {
	files := map[string]string{"b": "global\n setenv A 1\n 'x\n", "a": "global\n \"$A\"\n 'y\n"}
	trees, list := Parse([]string{"b", "none", "a"}, NewEnv(nil), Options{ReadFile: func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrNotExist}
	}})
	if len(trees) != 2 || trees[0].Name != "b" || show(trees[1]) != "global{1;}" {
		t.Errorf("%+v", trees)
	}
	if len(list.All) != 3 || list.All[0].Pos.File != "b" || !strings.Contains(list.All[1].Message, "Could not open configuration file none : ") || list.All[2].Pos.File != "a" {
		t.Errorf("%+v", list.All)
	}
}

func TestUnreadable(t *testing.T) {
	_, list := Parse([]string{"/nonexistent/x"}, NewEnv(nil), Options{})
	if got, want := list.All[0].Message, "config : Could not open configuration file /nonexistent/x : No such file or directory"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	one := filepath.Join(dir, "conf")
	for _, d := range []string{"conf/sub.cfg", "empty"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"x", "conf/b.cfg", "conf/a.cfg", "conf/B.cfg", "conf/.h.cfg", "conf/n.txt", "conf/é.cfg"} {
		write(f)
	}
	x := filepath.Join(dir, "x")
	got, err := Expand([]string{x, one + "/", filepath.Join(dir, "empty"), x})
	want := []string{x, one + "/B.cfg", one + "/a.cfg", one + "/b.cfg", one + "/é.cfg", x}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v %v\nwant %v", got, err, want)
	}
	_, err = Expand([]string{x, "/nonexistent"})
	if err == nil || err.Error() != "Cannot open configuration file/directory /nonexistent : No such file or directory" {
		t.Error(err)
	}
}

func TestEnviron(t *testing.T) {
	e := NewEnv([]string{"B=2", "A=1=x", "broken", "=y"})
	e.Unset("B")
	e.Set("C", "")
	if got := fmt.Sprint(e.Environ()); got != "[A=1=x C=]" {
		t.Error(got)
	}
}
