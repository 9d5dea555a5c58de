package registry

import (
	"fmt"
	"sort"
)

// Keyword is what every record says of itself.
type Keyword struct {
	// Name is the word, or words, as written in a configuration.
	Name string
	// Manual is the section of configuration.txt that describes it.
	Manual string
	// Doc is one sentence on what it does.
	Doc string
	// Usage is the syntax of the arguments, "" for none.
	Usage string
	// OK lines compile without complaint where the keyword may stand, Bad
	// lines do not; the generic tests run both.
	OK, Bad []string
}

// keyword returns k itself; it makes embedding records satisfy record.
func (k *Keyword) keyword() *Keyword { return k }

type record interface{ keyword() *Keyword }

// Table is a set of keyword records by name. The zero value is empty. It is
// filled by init functions and read-only after.
type Table[R record] struct {
	kind  string
	names map[string]R
}

// NewTable returns an empty table; kind names its records in panics.
func NewTable[R record](kind string) *Table[R] {
	return &Table[R]{kind: kind, names: map[string]R{}}
}

// Add enters records, and panics on a duplicate or an undocumented one.
func (t *Table[R]) Add(rs ...R) {
	for _, r := range rs {
		k := r.keyword()
		if k.Name == "" || k.Doc == "" {
			panic(fmt.Sprintf("registry: %s %q lacks a name or a doc", t.kind, k.Name))
		}
		if _, ok := t.names[k.Name]; ok {
			panic(fmt.Sprintf("registry: %s %q registered twice", t.kind, k.Name))
		}
		t.names[k.Name] = r
	}
}

// Find returns the record of that very name.
func (t *Table[R]) Find(name string) (R, bool) {
	r, ok := t.names[name]
	return r, ok
}

// All returns the records sorted by name.
func (t *Table[R]) All() []R {
	all := make([]R, 0, len(t.names))
	for _, n := range t.Names() {
		all = append(all, t.names[n])
	}
	return all
}

// Names returns the sorted names.
func (t *Table[R]) Names() []string {
	names := make([]string, 0, len(t.names))
	for n := range t.names {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
