package style

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// levels are the floors of the building, the lowest first. A package may import
// those of its own floor and of floors below. A path stands for the packages
// beneath it too, unless these stand elsewhere.
var levels = []string{
	0:  "runtime/internal parser/internal",
	1:  "parser/diag parser/value stats",
	2:  "parser/lex",
	3:  "parser/expr parser/ast",
	4:  "parser",
	5:  "balance health runtime/cache runtime/certs runtime/compress runtime/conn runtime/fcgi runtime/hash runtime/http runtime/http1 runtime/http2 runtime/httpclient runtime/idle runtime/logforward runtime/logs runtime/mailers runtime/pattern runtime/peers runtime/queue runtime/regex runtime/resolver runtime/ring runtime/rsasign runtime/spop runtime/ssl runtime/sticktable runtime/userlist",
	6:  "runtime/core runtime/spoe",
	7:  "runtime/registry",
	8:  "runtime/sample runtime/lua",
	9:  "runtime/action runtime/api runtime/converter runtime/fetch runtime/logtag runtime/match runtime/section",
	10: "runtime/reload runtime/stream",
	11: "runtime",
	12: "cmd testdata",
}

// The stores and engines of one floor know nothing of configurations.
const (
	lowestParser, highestParser = 2, 4
	stores                      = 5
)

type listed struct {
	ImportPath string
	Imports    []string
}

func TestImportsPointDown(t *testing.T) {
	packages := list(t)
	if len(packages) < 40 {
		t.Fatalf("only %d packages", len(packages))
	}
	for _, p := range packages {
		at := level(t, p.ImportPath)
		for _, path := range p.Imports {
			if !strings.HasPrefix(path, "gohap/") {
				continue
			}
			to := level(t, path)
			if to > at {
				t.Errorf("%s (floor %d) imports %s (floor %d)", p.ImportPath, at, path, to)
			}
			if at == stores && to >= lowestParser && to <= highestParser {
				t.Errorf("%s works without a configuration but imports %s", p.ImportPath, path)
			}
		}
	}
}

// TestLevels proves that the test above can fail.
func TestLevels(t *testing.T) {
	for path, want := range map[string]int{
		"gohap/parser": 4, "gohap/parser/lex": 2, "gohap/stats/page": 1, "gohap/runtime": 11,
		"gohap/runtime/http/errorpage": 5, "gohap/runtime/section/proxy": 9, "gohap/cmd/gohap": 12,
	} {
		if got := level(t, path); got != want {
			t.Errorf("%s is on floor %d, want %d", path, got, want)
		}
	}
}

// list asks the go command for the packages of the module.
func list(t *testing.T) []listed {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "gohap/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %s", exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// level is the floor of the longest path that stands for the package.
func level(t *testing.T, path string) int {
	t.Helper()
	path = strings.TrimPrefix(path, "gohap/")
	best, at := "", -1
	for i, paths := range levels {
		for p := range strings.FieldsSeq(paths) {
			if (path == p || strings.HasPrefix(path, p+"/") && p != "runtime") && len(p) > len(best) {
				best, at = p, i
			}
		}
	}
	if at < 0 {
		t.Fatalf("gohap/%s has no floor: give it one in this file", path)
	}
	return at
}
