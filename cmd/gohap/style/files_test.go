package style

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository's.
const root = "../../.."

// longest is how many lines a file of code may have, and longestTest one of
// tests, whose tables are long.
const (
	longest     = 400
	longestTest = 800
)

// unfinished are the marks of work that somebody left for later.
var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)

func TestFiles(t *testing.T) {
	var sizes []int
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() != ".." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		lines := bytes.Count(text, []byte("\n"))
		limit := longest
		if strings.HasSuffix(path, "_test.go") {
			limit = longestTest
		} else {
			sizes = append(sizes, lines)
		}
		if lines > limit {
			t.Errorf("%s has %d lines; %d are the most", name, lines, limit)
		}
		if formatted, err := format.Source(text); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !bytes.Equal(formatted, text) {
			t.Errorf("%s is not formatted by gofmt", name)
		}
		if mark := unfinished.Find(text); mark != nil && name != "cmd/gohap/style/files_test.go" {
			t.Errorf("%s says %s", name, mark)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sizes) < 100 {
		t.Fatalf("only %d files", len(sizes))
	}
	slices.Sort(sizes)
	if median := sizes[len(sizes)/2]; median > 150 {
		t.Errorf("half of the files have more than %d lines", median)
	}
}

// rooms are all that may stand at the top.
var rooms = []string{
	"LICENSE", "README.md", "balance", "cmd", "go.mod", "go.sum", "health", "parser", "runtime", "stats", "testdata",
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(rooms, e.Name()) && e.Name() != "gohap" {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}
