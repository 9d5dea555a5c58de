package parser

import (
	"strconv"
	"strings"
	"testing"

	"gohap/parser/diag"
	"gohap/parser/internal/peer"
)

// files are small configurations about the syntax alone: all keywords are
// right. %P is a line that makes haproxy's line buffer grow, which it has to
// before it can expand defaults of variables.
var files = []string{
	"", "\n", "#", "#\n", " ", "global", "global\n", "global\r\n daemon\r\n", "global\r\n daemon\r", "global\n daemon", "global\n daemon\n\n\n",
	"  global\n  daemon\n", "\tglobal\n\tdaemon\n", "global # c\n daemon#c\n", "global#c\n", "daemon\n", "foo\n", "foo\nglobal\n", "Global\n",
	"gloabl\n daemon\n", "\xef\xbb\xbfglobal\n", "global \n '' \n", "global\n '' foo\n", "''\n", "'global'\n daemon\n", "\"global\"\n", "glo\"bal\"\n",
	"global\n log-tag \"a\n", "global\n log-tag 'a\n", "global\n log-tag 'a' 'b\n", "global\n log-tag a\\ b\n", "global\n log-tag \"a b\"\n",
	"global\n log-tag a\\\n", "global\n log-tag \"a\\\n", "global\n log-tag \\x4\n", "global\n log-tag \\x\n", "global\n log-tag \\x4g\n",
	"global\n log-tag \\x41\n", "global\n log-tag \"\\x4g\"\n", "global\n log-tag '\\x4g'\n", "global\n log-tag \"$HOME\"\n",
	"global\n log-tag \"$1\"\n", "global\n log-tag $1\n", "global\n log-tag '$1'\n", "global\n log-tag \"\\$1\"\n", "global\n log-tag \"${HOME}\"\n",
	"global\n log-tag \"${HOME\"\n", "global\n log-tag \"${1}\"\n", "global\n log-tag \"${}\"\n", "global\n log-tag \"$\"\n", "global\n log-tag \"$ \"\n",
	"global\n log-tag \"${A B}\"\n", "global\n log-tag \"${HOME[*]}\"\n", "global\n log-tag \"${HOME[*\"\n", "global\n log-tag \"${HOME[1]}\"\n",
	"global\n log-tag \"${HOME[*]}x\"\n", "%Pglobal\n log-tag \"${NOPE-x}\"\n", "%Pglobal\n log-tag \"${NOPE-x\"\n", "%Pglobal\n log-tag \"${NOPE[*]-x}\"\n",
	"%Pglobal\n log-tag \"${NOPE-x y}\"\n", "%Pglobal\n log-tag \"${NOPE-}a\"\n", "%Pglobal\n log-tag \"${HOME:-x}\"\n", "global\n log-tag \"$.LINE\"\n", "global\n log-tag \"$.FILE\"\n", "global\n log-tag \"${.SECTION}\"\n",
	"global\n log-tag \"$.foo\"\n", "global\n log-tag \"$.\"\n", "global\n log-tag \"$.line\"\n", "global\n log-tag \"x$_a\"\n", "global\n log-tag \"$é\"\n",
	"global\n daemon\x00\n", "global\n daemon\x00\n\n", "global\n\x00\n daemon\n", "\x00", "\x00\n", "\x00\n\n", "global\n # a\x00b\n daemon\n", "global\n daemon\x00",
	"global\n log-tag \"a\x00b\"\n daemon\n", "global\n setenv A x\n.if streq(\"$A\",x)\n daemon\n.else\n foo\n.endif\n",
	"global\n setenv A x\n unsetenv A\n.if defined(A)\n foo\n.endif\n", "global\n setenv A 1\n presetenv A 0\n.if !streq(\"$A\",1)\n foo\n.endif\n",
	"global\n resetenv PATH\n.if defined(HOME) || !defined(PATH)\n foo\n.endif\n", "listen l\n bind :8080\n.if defined(NOPE)\n foo\n.endif\n",
	".if 1\n", ".if 0\n", ".if 1\n.endif\n", ".if\n.endif\n", ".if foo\n.endif\n", ".endif\n", ".else\n", ".elif 1\n", ".if 1\n.else\n.else\n.endif\n",
	".if 1\n.else\n.elif 1\n.endif\n", ".if 0\n.elif foo\n.endif\n", ".if 1\n.elif foo\n.endif\n", ".if 0\n.elif 1\n.elif foo\n.endif\n", ".if 0\n.if foo\n.endif\n.endif\n",
	".if 1\n.endif x\n", ".if 1\n.else x\n.endif\n", ".if 0\n.else x\n.endif\n", ".if 1\n.endif # x\n", ".if 1 # x\n.endif\n", ".if 0\nfoo\n.endif\n", ".if 1\nfoo\n.endif\n",
	".if 0\n foo 'x\n.endif\n", ".if 0\n.foo\n.endif\n", ".if 0\n.alert x\n.endif\n", ".if 0\nglobal\n.endif\n daemon\n", ".if 0\nglobal\n.endif\nfoo\n", ".if 0\n.else\nfoo\n.endif\n",
	".alert x\n", ".alert\n", ".alert 'x y'\n", ".alert x y\n", ".notice x y\n", ".notice x\n", ".warning x\n", ".diag x\n", ".diag x y\n", ".foo\n", ".\n", "..\n", ".NOTICE x\n",
	"\".notice\" x\n", " .notice x\n", "\\.notice x\n", ".notice x '' y\n", ".notice '' y\n", ".notice \"a\n", ".if \"1\n", ".if '1'\n.endif\n", ".if 1 1\n.endif\n", ".if 1 ''\n.endif\n",
	"[foo]\n", "[]\n", "[a b]\n", "[a]b\n", "[a] # b\n", " [a]\n", "[a_-.:b9]\n", "[a/]\n", "[a\n", "[\n", "[é]\n", "global\n[x]\n daemon\n", ".if 0\n[]\n.endif\n",
	"global\n daemon\nglobal\n daemon\n", "global\n" + strings.Repeat(" log-tag x\n", 50) + " log-tag 'x\n",
	"global\n log-tag " + strings.Repeat("x", 5000) + "\n", "global\n unsetenv " + strings.Repeat("x ", 62) + "x\n", "global\n unsetenv " + strings.Repeat("x ", 63) + "\n",
	"global\n unsetenv " + strings.Repeat("x ", 63) + "x\n", "global\n unsetenv " + strings.Repeat("x ", 62) + "x#\n", "global\n unsetenv " + strings.Repeat("x ", 62) + "x #\n",
	"global\n unsetenv " + strings.Repeat("x ", 70) + "'\n", strings.Repeat(".if 1\n", 99) + strings.Repeat(".endif\n", 99), strings.Repeat(".if 1\n", 100) + strings.Repeat(".endif\n", 100),
	"global\n daemon\n\x0cdaemon\n", "global\n \x0bdaemon\n", "global\n log-tag a\rb\n", "global\n log-tag 'a\rb'\n", "\r\n", "global\r\n\r\n",
}

// The verdict on the syntax and the first wrong line are haproxy's.
func TestFilesAsHAProxy(t *testing.T) {
	prime := "# \n.notice '" + strings.Repeat("0", 6000) + "'\n"
	for _, text := range files {
		text = strings.Replace(text, "%P", prime, 1)
		v := peer.Check(t, text, []string{"HOME=/root", "NOPE2=x"})
		want := "accepted"
		if v.Exit == 1 {
			want = "refused"
			if alerts := v.Alerts(); len(alerts) > 0 {
				want = describe(alerts[0].Line, alerts[0].Text)
			}
		}
		_, list := parse(text, NewEnv([]string{"HOME=/root", "PATH=/bin"}))
		got := "accepted"
		for _, d := range list.All {
			if d.Severity == diag.Alert {
				got = describe(d.Pos.Line, d.Message)
				break
			}
		}
		if got != want {
			t.Errorf("%q\ngohap   %s\nhaproxy %s", text, got, want)
		}
	}
}

// describe makes a line to compare of an alert: its first line.
func describe(line int, text string) string {
	text, _, _ = strings.Cut(text, "\n")
	return strconv.Itoa(line) + " " + text
}
