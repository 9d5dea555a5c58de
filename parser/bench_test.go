package parser

import (
	"fmt"
	"strings"
	"testing"

	"gohap/parser/ast"
)

// BenchmarkParse parses a backend of 10,000 servers; haproxy -c takes 150 ms
// for such a file.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./parser | tee new.txt
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("backend b\n mode http\n")
	for i := range 10000 {
		fmt.Fprintf(&text, "    server srv%d 10.%d.%d.%d:8080 check inter 2s rise 2 fall 3 weight 100 maxconn 500\n", i, i>>16, i>>8&255, i&255)
	}
	data := []byte(text.String())
	opts := Options{ReadFile: func(string) ([]byte, error) { return data, nil }}
	env := NewEnv(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var trees []*ast.File
	for b.Loop() {
		trees, _ = Parse([]string{"b.cfg"}, env, opts)
	}
	if n := len(trees[0].Sections[0].Body); n != 10001 {
		b.Fatal(n)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range files {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, list := parse(text, testEnv())
		lines := strings.Count(text, "\n") + 1
		for _, d := range list.All {
			if d.Pos.Line < 1 || d.Pos.Line > lines {
				t.Fatalf("line %d of %d: %s", d.Pos.Line, lines, d.Message)
			}
		}
		for _, s := range tree.Sections {
			if !IsSection(s.Keyword()) {
				t.Fatalf("section %q", s.Keyword())
			}
			for _, st := range s.Body {
				if IsSection(st.Keyword()) || st.Keyword() == "" {
					t.Fatalf("statement %q", st.Keyword())
				}
			}
		}
	})
}
