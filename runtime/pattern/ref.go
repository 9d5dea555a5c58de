// Package pattern keeps the patterns of ACLs and maps (configuration.txt 7.1),
// which rules and the runtime API may change while others look into them.
// Look-ups take no lock and nothing from the heap: each sees the lists as they
// were at one moment. Strings and networks are found through trees, whatever
// their number.
package pattern

import (
	"errors"
	"sync"
)

// Ref is a list of patterns: those of a file, or those of one line of the
// configuration. All that use a file share its list.
type Ref struct {
	// File is the file's name, "" for a line's.
	File string
	// ID identifies the list for the runtime API; -1 until [Set.Number].
	ID int
	// Label says where the patterns come from.
	Label string
	// Map says that the entries have values, ACL that ACLs look at them.
	Map, ACL bool

	mu         sync.Mutex // of all that follows
	head, tail *Entry
	keys       map[string][]*Entry // all generations
	count      int
	exprs      []*Expr
	outputs    outputSet
	// current is the generation that look-ups see, next the latest prepared one.
	current, next uint32
}

// maxEntries bounds a list that rules add to.
const maxEntries = 1 << 24

var (
	errFull = errors.New("too many entries")
	// ErrVersion says that a generation was not prepared.
	ErrVersion = errors.New("Version number in the future, please use 'prepare map' before")
	// ErrValue says that a value cannot be read as what a map gives.
	ErrValue = errors.New("unable to parse the value")
)

// Expr returns the expression that compares the list's patterns so, a new one
// when nobody else does. Patterns that are none of the kind are an error.
func (r *Ref) Expr(k Kind, fold bool, out Output, names bool) (*Expr, *Entry, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.exprs {
		if x.Kind == k && x.Fold == fold && x.Output == out {
			return x, nil, nil
		}
	}
	x := &Expr{Kind: k, Fold: fold, Output: out, ref: r}
	outputs := r.outputs | 1<<out
	ed, n := new(edit), newIndex(k)
	for e := r.head; e != nil; e = e.next {
		p, err := x.parse(e.Pattern, names)
		if err != nil {
			return nil, e, err
		}
		if outputs != r.outputs {
			v, ok := parseValue(string(e.Value().Text), outputs)
			if !ok {
				return nil, e, ErrValue
			}
			e.value.Store(v)
		}
		n = n.with(&p, e, ed)
	}
	x.show(n)
	r.outputs = outputs
	r.exprs = append(r.exprs, x)
	return x, nil, nil
}

// Append adds an entry while the configuration is read, before there is an
// expression.
func (r *Ref) Append(pattern, value string, line int) {
	e := newEntry(pattern, &Value{Text: []byte(value)}, r.current)
	e.Line = line
	r.link(e)
}

func (r *Ref) link(e *Entry) {
	if e.prev = r.tail; r.tail == nil {
		r.head = e
	} else {
		r.tail.next = e
	}
	r.tail = e
	r.count++
	r.keys[e.Pattern] = append(r.keys[e.Pattern], e)
}

func (r *Ref) unlink(e *Entry) {
	if e.prev == nil {
		r.head = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		r.tail = e.prev
	} else {
		e.next.prev = e.prev
	}
	r.count--
	if rest := remove(r.keys[e.Pattern], e); len(rest) > 0 {
		r.keys[e.Pattern] = rest
	} else {
		delete(r.keys, e.Pattern)
	}
}

// Len returns how many entries there are, of all generations, once for each of
// [Ref.Exprs]: so HAProxy counts.
func (r *Ref) Len() int {
	n := len(r.Exprs())
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count * n
}

// Exprs returns the expressions that look into the list, of those for which
// HAProxy keeps one copy of the patterns the first one only.
func (r *Ref) Exprs() []*Expr {
	r.mu.Lock()
	defer r.mu.Unlock()
	type form struct {
		as   Kind
		fold bool
		out  Output
	}
	met := map[form]bool{}
	var all []*Expr
	for _, x := range r.exprs {
		f := form{x.Kind.stored(), x.Fold, x.Output}
		if !met[f] {
			met[f] = true
			all = append(all, x)
		}
	}
	return all
}

// Versions returns the generation that look-ups see and the latest prepared one.
func (r *Ref) Versions() (current, next uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current, r.next
}

// Page returns up to n entries of a generation behind the one of a reference, 0
// for the first ones.
func (r *Ref) Page(generation uint32, after uint64, n int) []*Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.head
	for e != nil && after > 0 && e.Reference() <= after {
		e = e.next
	}
	var all []*Entry
	for ; e != nil && len(all) < n; e = e.next {
		if e.generation == generation {
			all = append(all, e)
		}
	}
	return all
}
