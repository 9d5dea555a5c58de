package http1_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// testCase is one entry of a file under testdata.
type testCase struct {
	name  string
	in    string // what the client sends (">")
	reply string // what the server sends (":")
	peer  string // what HAProxy makes of it ("<"): quoted bytes, a status or "-"
	ours  string // what gohap makes of it where that differs ("~")
	why   string // why it differs (the line "# " before "~")
}

// want is what gohap has to make of the case.
func (c *testCase) want() string {
	if c.ours != "" {
		return c.ours
	}
	return c.peer
}

// readCases reads a file of cases and the comment at its top.
func readCases(t testing.TB, name string) (head string, cases []*testCase) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(text), "\n\n")
	for _, block := range strings.Split(body, "\n\n") {
		c := &testCase{}
		for line := range strings.Lines(block) {
			mark, rest, ok := strings.Cut(strings.TrimRight(line, "\n"), " ")
			if !ok {
				t.Fatalf("%s: line %q", name, line)
			}
			switch {
			case mark == "#" && c.name == "":
				c.name = rest
			case mark == "#":
				c.why = rest
			case mark == ">":
				c.in = unquote(t, rest)
			case mark == ":":
				c.reply = unquote(t, rest)
			case mark == "<":
				c.peer = rest
			case mark == "~":
				c.ours = rest
			default:
				t.Fatalf("%s: line %q", name, line)
			}
		}
		cases = append(cases, c)
	}
	return head, cases
}

// writeCases writes the file anew.
func writeCases(t testing.TB, name, head string, cases []*testCase) {
	t.Helper()
	var b strings.Builder
	b.WriteString(head + "\n")
	for _, c := range cases {
		fmt.Fprintf(&b, "\n# %s\n> %s\n", c.name, quote(c.in))
		if c.reply != "" {
			fmt.Fprintf(&b, ": %s\n", quote(c.reply))
		}
		fmt.Fprintf(&b, "< %s\n", c.peer)
		if c.ours != "" {
			fmt.Fprintf(&b, "# %s\n~ %s\n", c.why, c.ours)
		}
	}
	if err := os.WriteFile(filepath.Join("testdata", name), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unquote reads Go strings joined by " + ", each repeated by " * N" or not.
func unquote(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	for rest := s; rest != ""; rest = strings.TrimPrefix(rest, " + ") {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			t.Fatalf("%s: %v", rest, err)
		}
		rest = rest[len(quoted):]
		text, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		n := 1
		if after, ok := strings.CutPrefix(rest, " * "); ok {
			number, _, _ := strings.Cut(after, " ")
			if n, err = strconv.Atoi(number); err != nil {
				t.Fatal(err)
			}
			rest = after[len(number):]
		}
		b.WriteString(strings.Repeat(text, n))
	}
	return b.String()
}

// quote writes s so that unquote reads it; runs of one line or byte are folded.
func quote(s string) string {
	for _, unit := range []string{"x: y\r\n", "\r\n", "x", "0", " "} {
		i := strings.Index(s, strings.Repeat(unit, 25))
		if i < 0 {
			continue
		}
		n := 0
		for strings.HasPrefix(s[i+n*len(unit):], unit) {
			n++
		}
		parts := []string{fmt.Sprintf("%s * %d", quoteASCII(unit), n)}
		if i > 0 {
			parts = append([]string{quote(s[:i])}, parts...)
		}
		if rest := s[i+n*len(unit):]; rest != "" {
			parts = append(parts, quote(rest))
		}
		return strings.Join(parts, " + ")
	}
	return quoteASCII(s)
}

// quoteASCII is strconv.QuoteToASCII byte by byte: what it writes is never
// taken for UTF-8.
func quoteASCII(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] >= 0x80 {
			fmt.Fprintf(&b, `\x%02x`, s[i])
			continue
		}
		q := strconv.Quote(s[i : i+1])
		b.WriteString(q[1 : len(q)-1])
	}
	return `"` + b.String() + `"`
}
