package pattern

import "sync/atomic"

// Expr is one way in which the patterns of a list are compared.
type Expr struct {
	Kind Kind
	// Fold says that letters match in any case: patterns are in lower case, and
	// so must be what is looked up.
	Fold bool
	// Output is what a map gives.
	Output Output

	ref *Ref
	now atomic.Pointer[index]
}

// Find returns the entry that in matches, nil for none. It takes no lock.
func (x *Expr) Find(in Input) *Entry { return (*x.now.Load()).find(in) }

// Submatches returns where the regular expression of e finds something in v.
func (x *Expr) Submatches(e *Entry, v []byte) []int {
	list, _ := (*x.now.Load()).(regexps)
	for i := range list {
		if list[i].entry == e {
			return list[i].re.FindSubmatchIndex(v)
		}
	}
	return nil
}

// Ref is the list of patterns that x looks into.
func (x *Expr) Ref() *Ref { return x.ref }

// Tree reports whether HAProxy keeps such a pattern in a tree, which the runtime
// API tells.
func (x *Expr) Tree(e *Entry) bool {
	switch x.Kind {
	case Str, Beg:
		return !x.Fold
	case IP:
		p, err := x.parse(e.Pattern, false)
		return err != nil || !p.holed // the former is a host's name
	}
	return false
}

func (x *Expr) show(n index) { x.now.Store(&n) }
