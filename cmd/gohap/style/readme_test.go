package style

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gohap/parser"
	"gohap/parser/diag"
	"gohap/runtime"
	"gohap/runtime/api"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

var update = flag.Bool("update", false, "rewrite the README's table of keywords")

func readme(t *testing.T) string {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestConfigs loads every configuration that the README shows.
func TestConfigs(t *testing.T) {
	blocks := regexp.MustCompile("(?ms)^```haproxy\n(.*?)^```$").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Fatal("no configuration in the README")
	}
	for _, block := range blocks {
		if d := load(t, block[1]); len(d.All) > 0 {
			t.Errorf("%s\n%+v", block[1], d.All)
		}
	}
	if d := load(t, "frontend f\n\tno-such-keyword\n"); !d.Failed() {
		t.Error("a wrong configuration passes")
	}
}

// load compiles a text, and gives what there is to say about it.
func load(t *testing.T, text string) *diag.List {
	path := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	d := &diag.List{}
	runtime.Load(&runtime.Options{Files: []string{path}, Features: parser.Features{Version: "2.6.12"}}, d)
	return d
}

// TestReferences looks for the files that the README names.
func TestReferences(t *testing.T) {
	for _, m := range regexp.MustCompile("`((?:cmd|testdata|\\.ci|stats|parser|runtime|health|balance)/?[^` ]*)`").FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("the README names %s: %v", m[1], err)
		}
	}
}

// The lines between which the table of keywords stands.
const (
	tableStart = "<!-- go test ./cmd/gohap/style -update writes what follows -->\n"
	tableEnd   = "<!-- up to here -->\n"
)

// TestTable compares the table of keywords with the registry.
func TestTable(t *testing.T) {
	text := readme(t)
	before, rest, ok := strings.Cut(text, tableStart)
	have, after, found := strings.Cut(rest, tableEnd)
	if !ok || !found {
		t.Fatal("the README has no table")
	}
	want := table()
	if have == want {
		return
	}
	if !*update {
		t.Fatal("the README's table does not say what the registry says; go test ./cmd/gohap/style -update rewrites it")
	}
	if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(before+tableStart+want+tableEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// table lists all keywords by kind.
func table() string {
	var b strings.Builder
	b.WriteString("| kind | number | names |\n|---|---|---|\n")
	row := func(kind string, names []string) {
		slices.Sort(names)
		names = slices.Compact(names)
		if len(names) == 0 {
			fmt.Fprintf(&b, "| %s | 0 | none yet |\n", kind)
			return
		}
		for i := range names {
			names[i] = "`" + names[i] + "`"
		}
		fmt.Fprintf(&b, "| %s | %d | %s |\n", kind, len(names), strings.Join(names, " "))
	}
	row("`global` section", directives(registry.Global, ""))
	row("proxy sections", directives(registry.Proxies, ""))
	row("`option`", directives(registry.Proxies, "option "))
	row("`bind` options", registry.BindOptions.Names())
	row("`server` options", registry.ServerOptions.Names())
	for set := range core.Rulesets {
		var names []string
		for _, a := range registry.Actions.All() {
			if a.In.Has(set) {
				names = append(names, a.Name)
			}
		}
		row("`"+set.String()+"` actions", names)
	}
	row("sample fetches", registry.Fetches.Names())
	row("ACL keywords", registry.Aliases.Names())
	row("converters", registry.Converters.Names())
	row("match methods (`-m`)", registry.Matches.Names())
	var tags []string
	for _, name := range registry.LogTags.Names() {
		tags = append(tags, "%"+name)
	}
	row("log-format variables", tags)
	var commands []string
	for _, c := range api.Commands.All() {
		if !c.Hidden {
			commands = append(commands, c.Name)
		}
	}
	row("runtime API", commands)
	return b.String()
}

// directives are the names of a section's directives: options without that
// word, or all others. What HAProxy itself no longer takes is left out.
func directives(in registry.Sections, prefix string) []string {
	var names []string
	for _, d := range registry.Directives.All() {
		rest, option := strings.CutPrefix(d.Name, "option ")
		if d.In&in == 0 || d.Old || option != (prefix != "") {
			continue
		}
		names = append(names, rest)
	}
	return names
}
