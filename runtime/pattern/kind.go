package pattern

import (
	"net/netip"
	"strings"
)

// Kind is a way of comparing values with patterns.
type Kind uint8

// The kinds, which HAProxy calls match methods (configuration.txt 7.1.3).
const (
	Found Kind = iota
	Bool
	Int
	IP
	Bin
	Len
	Str
	Beg
	Sub
	Dir
	Dom
	End
	Reg
	// Regm is Reg for maps whose values refer to what was found.
	Regm
	// Dotted is Int with patterns such as 3.1, which is 3 * 65536 + 1.
	Dotted
	// Names is a set of names that something else looks into.
	Names
)

var kindNames = [...]string{"found", "bool", "int", "ip", "bin", "len", "str", "beg", "sub", "dir", "dom", "end", "reg", "regm", "int", "auth"}

// String returns the method's name.
func (k Kind) String() string { return kindNames[k] }

// Text reports whether the kind looks for the patterns in the bytes of a value.
func (k Kind) Text() bool { return k == Bin || k >= Str && k <= Reg }

// stored is the kind whose form of patterns HAProxy uses for k as well.
func (k Kind) stored() Kind {
	switch k {
	case Dir, Dom, End:
		return Sub
	case Len:
		return Int
	}
	return k
}

// Input is a value to find; the kind tells which field counts.
type Input struct {
	Bytes []byte
	Int   int64
	Addr  netip.Addr
}

// index finds entries. One that can be seen by look-ups never changes.
type index interface {
	// with returns an index that has e, too, whose parsed pattern p is; without
	// one that lacks it. What belongs to ed may be changed in place.
	with(p *parsed, e *Entry, ed *edit) index
	without(p *parsed, e *Entry, ed *edit) index
	// find returns the entry that in matches, nil for none.
	find(in Input) *Entry
}

// newIndex returns an empty index.
func newIndex(k Kind) index {
	switch k {
	case Int, Len, Dotted:
		return numbers{}
	case IP:
		return newNetworks()
	case Bin, Str:
		return exactIndex{}
	case Beg:
		return beginIndex{}
	case Dir, Dom:
		return wordIndex{delimiters: delimiters[k]}
	case End:
		return endIndex{}
	case Sub:
		return substrings(nil)
	case Reg, Regm:
		return regexps(nil)
	}
	return nothing{}
}

// delimiters are what the words of a value stand between.
var delimiters = map[Kind]string{Dir: "/?", Dom: "/?.:"}

// nothing is the index of kinds that look at no patterns.
type nothing struct{}

func (n nothing) with(*parsed, *Entry, *edit) index    { return n }
func (n nothing) without(*parsed, *Entry, *edit) index { return n }
func (nothing) find(Input) *Entry                      { return nil }

// The indexes of strings are trees; those that differ in how they look a value up
// are types of their own.
type (
	exactIndex struct{ tree }
	beginIndex struct{ tree }
	endIndex   struct{ tree }
	wordIndex  struct {
		tree
		delimiters string
	}
)

func (x exactIndex) with(p *parsed, e *Entry, ed *edit) index {
	return exactIndex{x.tree.with(p.text, e, ed)}
}
func (x exactIndex) without(p *parsed, e *Entry, ed *edit) index {
	return exactIndex{x.tree.without(p.text, e, ed)}
}
func (x exactIndex) find(in Input) *Entry { return x.exact(in.Bytes) }

func (x beginIndex) with(p *parsed, e *Entry, ed *edit) index {
	return beginIndex{x.tree.with(p.text, e, ed)}
}
func (x beginIndex) without(p *parsed, e *Entry, ed *edit) index {
	return beginIndex{x.tree.without(p.text, e, ed)}
}
func (x beginIndex) find(in Input) *Entry { return x.longest(in.Bytes) }

func (x endIndex) with(p *parsed, e *Entry, ed *edit) index {
	return endIndex{x.tree.with(p.text, e, ed)}
}
func (x endIndex) without(p *parsed, e *Entry, ed *edit) index {
	return endIndex{x.tree.without(p.text, e, ed)}
}
func (x endIndex) find(in Input) *Entry { return x.ending(in.Bytes) }

func (x wordIndex) with(p *parsed, e *Entry, ed *edit) index {
	return wordIndex{x.tree.with(p.text, e, ed), x.delimiters}
}
func (x wordIndex) without(p *parsed, e *Entry, ed *edit) index {
	return wordIndex{x.tree.without(p.text, e, ed), x.delimiters}
}

// find looks at each word of the value.
func (x wordIndex) find(in Input) (best *Entry) {
	if x.root == nil {
		return nil
	}
	v := in.Bytes
	for i := range v {
		if i == 0 || strings.IndexByte(x.delimiters, v[i-1]) >= 0 {
			best = x.word(v[i:], x.delimiters, best)
		}
	}
	return best
}
