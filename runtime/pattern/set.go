package pattern

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Set holds all lists of patterns of a configuration.
type Set struct {
	refs  []*Ref // as met, and by number after Number
	files map[string]*Ref
	taken map[int]bool
}

// NewSet returns a set without lists.
func NewSet() *Set { return &Set{files: map[string]*Ref{}, taken: map[int]bool{}} }

// Refs returns all lists.
func (s *Set) Refs() []*Ref { return s.refs }

// File returns the list of a file that is in use, nil for none.
func (s *Set) File(name string) *Ref { return s.files[name] }

// Line makes the list of a line of the configuration.
func (s *Set) Line(label string) *Ref { return s.enter(&Ref{Label: label, ACL: true}) }

func (s *Set) enter(r *Ref) *Ref {
	r.ID, r.keys = -1, map[string][]*Entry{}
	s.refs = append(s.refs, r)
	return r
}

// SetID gives a list its number. It reports false when another one has it.
func (s *Set) SetID(r *Ref, id int) bool {
	if s.taken[id] {
		return false
	}
	s.taken[id], r.ID = true, id
	return true
}

// Number gives the lists without a number the first free ones.
func (s *Set) Number() {
	next := 0
	for _, r := range s.refs {
		if r.ID >= 0 {
			continue
		}
		for s.taken[next] {
			next++
		}
		r.ID = next
		next++
	}
	slices.SortStableFunc(s.refs, func(a, b *Ref) int { return a.ID - b.ID })
}

// Load returns the list of a file, which it reads unless it is in use already.
// used tells by what and where it is used now.
func (s *Set) Load(name string, isMap bool, used string) (*Ref, error) {
	if r := s.files[name]; r != nil {
		if r.Map != isMap {
			words := [2]string{"one", "two"}
			if r.Map {
				words = [2]string{"two", "one"}
			}
			return nil, fmt.Errorf("The file \"%s\" is already used as %s column file and cannot be used by as %s column file.", name, words[0], words[1])
		}
		r.Label += ", by " + used
		return r, nil
	}
	r := &Ref{File: name, Map: isMap, Label: fmt.Sprintf("pattern loaded from file '%s' used by %s", name, used)}
	s.enter(r)
	if err := r.load(); err != nil {
		return nil, err
	}
	s.files[name] = r
	return r, nil
}

// maxLine bounds a line of a file, in bytes.
const maxLine = 64 << 10

// load reads the file: a pattern a line, in a map followed by blanks and a value.
// Empty lines and those that start with # are passed over.
func (r *Ref) load() error {
	f, err := os.Open(r.File)
	if err != nil {
		return fmt.Errorf("failed to open pattern file <%s>", r.File)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, maxLine)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimLeft(strings.TrimRight(sc.Text(), "\r"), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		if !r.Map {
			r.Append(line, "", n)
			continue
		}
		key, value := line, ""
		if i := strings.IndexAny(line, " \t"); i >= 0 {
			key, value = line[:i], strings.Trim(line[i:], " \t")
		}
		r.Append(key, value, n)
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("error reading pattern file <%s>: %w", r.File, err)
	}
	return nil
}
