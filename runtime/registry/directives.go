package registry

import (
	"fmt"
	"sort"
	"strings"

	"gohap/parser/ast"
)

// DirectiveTable finds directives by the words of a line and the section it
// stands in.
type DirectiveTable struct {
	names map[string][]*Directive
	// longest is, by first word, the most words a name that starts so has.
	longest map[string]int
}

func newDirectiveTable() *DirectiveTable {
	return &DirectiveTable{names: map[string][]*Directive{}, longest: map[string]int{}}
}

// Add enters directives, and panics on an undocumented one or two that share a
// name and a section.
func (t *DirectiveTable) Add(ds ...*Directive) {
	for _, d := range ds {
		if d.Name == "" || d.Doc == "" || d.In == 0 || d.Compile == nil {
			panic(fmt.Sprintf("registry: directive %q is incomplete", d.Name))
		}
		for _, o := range t.names[d.Name] {
			if o.In&d.In != 0 {
				panic(fmt.Sprintf("registry: directive %q registered twice", d.Name))
			}
		}
		t.names[d.Name] = append(t.names[d.Name], d)
		first, _, _ := strings.Cut(d.Name, " ")
		t.longest[first] = max(t.longest[first], 1+strings.Count(d.Name, " "))
	}
}

// Find returns the directive that words start with and that may stand in sec.
// Without one, elsewhere is a directive of that name of other sections.
func (t *DirectiveTable) Find(words []ast.Word, sec Sections) (d, elsewhere *Directive) {
	for n := min(t.longest[words[0].Text], len(words)); n > 0; n-- {
		for _, d := range t.names[joinWords(words[:n])] {
			if d.In&sec != 0 {
				return d, nil
			}
			if elsewhere == nil {
				elsewhere = d
			}
		}
	}
	return nil, elsewhere
}

// All returns the directives sorted by name.
func (t *DirectiveTable) All() []*Directive {
	var all []*Directive
	for _, ds := range t.names {
		all = append(all, ds...)
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].Name != all[j].Name {
			return all[i].Name < all[j].Name
		}
		return all[i].In < all[j].In
	})
	return all
}

// In returns the names of the directives that may stand in sec and start with
// prefix, with prefix cut off: the candidates for "did you mean".
func (t *DirectiveTable) In(sec Sections, prefix string) []string {
	var names []string
	for name, ds := range t.names {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		for _, d := range ds {
			if d.In&sec != 0 && !d.Old {
				names = append(names, rest)
				break
			}
		}
	}
	sort.Strings(names)
	return names
}

func joinWords(w []ast.Word) string {
	if len(w) == 1 {
		return w[0].Text
	}
	var b strings.Builder
	for i := range w {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w[i].Text)
	}
	return b.String()
}
