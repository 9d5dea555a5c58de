package sample

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// aclFlags are the options between an ACL's criterion and its patterns
// (configuration.txt 7.1).
type aclFlags struct {
	method      string
	insensitive bool
	noDNS       bool
	fromFile    bool
	patterns    []ast.Word
}

// readFlags reads flags up to the first pattern, and the patterns.
func readFlags(c *registry.Compiler, words []ast.Word, p *Place) (aclFlags, bool) {
	var f aclFlags
	fail := func(w *ast.Word, format string, args ...any) (aclFlags, bool) {
		p.alert(c, w, 0, len(w.Text), fmt.Sprintf(format, args...))
		return f, false
	}
	i := 0
flags:
	for ; i < len(words) && strings.HasPrefix(words[i].Text, "-"); i++ {
		w := &words[i]
		if len(w.Text) > 1 && w.Text[1] >= '0' && w.Text[1] <= '9' {
			break // a negative number
		}
		argument := func() *ast.Word {
			if i+1 >= len(words) {
				return nil
			}
			i++
			return &words[i]
		}
		switch w.Text {
		case "--":
			i++
			f.fromFile = true // "--" says that an empty list is meant
			break flags
		case "-i":
			f.insensitive = true
		case "-n":
			f.noDNS = true
		case "-u":
			if argument() == nil {
				return fail(w, "missing or invalid parameter for flag '-u'")
			}
		case "-m":
			a := argument()
			if a == nil {
				return fail(w, "flag '-m' expects a matching method")
			}
			if _, ok := registry.Matches.Find(a.Text); !ok {
				return fail(a, "unknown matching method '%s' when parsing ACL expression", a.Text)
			}
			f.method = a.Text
		case "-f":
			a := argument()
			if a == nil {
				return fail(w, "missing or invalid file name for flag '-f'")
			}
			pats, err := readPatterns(a)
			if err != nil {
				return fail(a, "failed to open pattern file <%s>", a.Text)
			}
			f.fromFile = true
			f.patterns = append(f.patterns, pats...)
		case "-M":
			return fail(w, "ACL flag '-M' is a HAProxy feature that gohap does not support yet")
		default:
			return fail(w, "'%s' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'", w.Text)
		}
	}
	f.patterns = append(f.patterns, words[i:]...)
	return f, true
}

// readPatterns reads a pattern file: a pattern a line, without leading and
// trailing blanks; empty lines and those that start with # are skipped.
func readPatterns(name *ast.Word) ([]ast.Word, error) {
	file, err := os.Open(name.Text)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var words []ast.Word
	sc := bufio.NewScanner(file)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		words = append(words, ast.Word{Text: line, Pos: name.Pos})
	}
	return words, sc.Err()
}
