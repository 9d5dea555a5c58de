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
	now atomic.Pointer[shown]
}

// shown is what look-ups see.
type shown struct {
	index index
	// one is the only entry of kinds that compare bytes as they are, and text its
	// pattern: most ACLs have one, and comparing with that needs no index.
	one  *Entry
	text string
}

// Find returns the entry that in matches, nil for none. It takes no lock.
func (x *Expr) Find(in Input) *Entry {
	n := x.now.Load()
	if n.one != nil {
		return n.compare(x.Kind, in.Bytes)
	}
	return n.index.find(in)
}

// FindBytes is Find for the kinds that look at bytes.
func (x *Expr) FindBytes(v []byte) *Entry {
	n := x.now.Load()
	if n.one != nil {
		return n.compare(x.Kind, v)
	}
	return n.index.find(Input{Bytes: v})
}

// compare returns the only entry if v matches.
func (n *shown) compare(k Kind, v []byte) *Entry {
	t := n.text
	switch k {
	case Str, Bin:
		if string(v) == t {
			return n.one
		}
	case Beg:
		if len(v) >= len(t) && string(v[:len(t)]) == t {
			return n.one
		}
	case End:
		if len(v) >= len(t) && string(v[len(v)-len(t):]) == t {
			return n.one
		}
	}
	return nil
}

// Submatches returns where the regular expression of e finds something in v.
func (x *Expr) Submatches(e *Entry, v []byte) []int {
	list, _ := x.now.Load().index.(regexps)
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

func (x *Expr) show(n index) {
	s := &shown{index: n}
	switch x.Kind {
	case Str, Bin, Beg, End:
		s.text, s.one = n.(interface{ only() (string, *Entry) }).only()
	}
	if x.Kind == End {
		s.text = reversed(s.text)
	}
	x.now.Store(s)
}
