package sample

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/registry"
)

// aclFlags are the options between an ACL's criterion and its patterns
// (configuration.txt 7.1).
type aclFlags struct {
	method      string
	insensitive bool
	noDNS       bool
	id          *ast.Word // -u
	files       []patternFile
	patterns    []ast.Word
}

// patternFile is a file of patterns, or a map of which the keys count.
type patternFile struct {
	name  *ast.Word
	asMap bool
}

// readFlags reads flags up to the first pattern.
func readFlags(c *registry.Compiler, words []ast.Word, p *Place) (aclFlags, bool) {
	var f aclFlags
	fail := func(w *ast.Word, format string, args ...any) (aclFlags, bool) {
		p.alert(c, w, 0, len(w.Text), fmt.Sprintf(format, args...))
		return f, false
	}
	asMap := false
	i := 0
flags:
	for ; i < len(words) && strings.HasPrefix(words[i].Text, "-"); i++ {
		w := &words[i]
		// argument is the next word, an empty one at the end of the line.
		argument := func() *ast.Word {
			if i++; i >= len(words) {
				return &ast.Word{Pos: w.Pos}
			}
			return &words[i]
		}
		switch w.Text {
		case "--":
			i++
			break flags
		case "-i":
			f.insensitive = true
		case "-n":
			f.noDNS = true
		case "-M":
			asMap = true
		case "-u":
			f.id = argument()
			if n, err := value.Int(f.id.Text); f.id.Text != "" && (err != nil || n < -1) {
				return fail(f.id, "the argument of -u must be an integer")
			}
		case "-m":
			a := argument()
			if _, ok := registry.Matches.Find(a.Text); !ok {
				return fail(a, "unknown matching method '%s' when parsing ACL expression", a.Text)
			}
			if len(f.files) > 0 {
				return fail(w, "'-m' must only be specified before patterns and files in parsing ACL expression")
			}
			f.method = a.Text
		case "-f":
			f.files = append(f.files, patternFile{argument(), asMap})
		default:
			return fail(w, "'%s' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'", w.Text)
		}
	}
	f.patterns = words[min(i, len(words)):]
	return f, true
}
