package pattern

import (
	"net/netip"
	"strconv"
	"sync/atomic"
)

// Entry is a pattern of a list, and the value that it stands for in a map.
type Entry struct {
	// Pattern is as written.
	Pattern string
	// Line is where the entry stands in its file, 0 for others.
	Line int

	number     uint64 // counts entries of the process, so it tells which is older
	generation uint32
	value      atomic.Pointer[Value]
	prev, next *Entry // of the list, in order
}

// entries counts the entries ever made.
var entries atomic.Uint64

func newEntry(pattern string, v *Value, generation uint32) *Entry {
	e := &Entry{Pattern: pattern, number: entries.Add(1), generation: generation}
	e.value.Store(v)
	return e
}

// Value returns what the entry stands for in a map.
func (e *Entry) Value() *Value { return e.value.Load() }

// Reference identifies the entry for the runtime API: HAProxy shows an address
// there, which scripts give back, so it looks like one.
func (e *Entry) Reference() uint64 { return 0x7f0000000000 + e.number<<4 }

// Output is what a map's values are read as.
type Output uint8

// The outputs. A list that is no map has none.
const (
	NoOutput Output = iota
	StringOutput
	IntOutput
	AddrOutput
)

// Value is the value of a map's entry, read as everything that the maps of its
// file give.
type Value struct {
	Text []byte
	Int  int64
	Addr netip.Addr
}

// parseValue reads a value; it reports false where it is no value of one of the
// outputs.
func parseValue(text string, outputs outputSet) (*Value, bool) {
	v := &Value{Text: []byte(text)}
	var err error
	if outputs&(1<<IntOutput) != 0 {
		if v.Int, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, false
		}
	}
	if outputs&(1<<AddrOutput) != 0 {
		if v.Addr, err = netip.ParseAddr(text); err != nil || v.Addr.Zone() != "" {
			return nil, false
		}
	}
	return v, true
}

// outputSet is a set of outputs.
type outputSet uint8
