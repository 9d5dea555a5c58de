package core

import "net/netip"

// Type is the type of a [Sample], as in configuration.txt 7.1.
type Type uint8

// The sample types. Any is what a converter or match that takes every type
// declares; no sample has it.
const (
	Any Type = iota
	Bool
	Sint
	Addr
	IPv4
	IPv6
	Str
	Bin
	Meth
	Types // number of types
)

var typeNames = [Types]string{"any", "bool", "sint", "addr", "ipv4", "ipv6", "str", "bin", "meth"}

// String returns HAProxy's name of the type.
func (t Type) String() string { return typeNames[t] }

// Sample is the value that a fetch produces and converters transform. It is a
// flat record so that an expression runs without allocation: Int holds Bool
// (0 or 1), Sint and the id of a Meth; Bytes holds Str, Bin and the name of a
// Meth; IP holds IPv4, IPv6 and Addr.
type Sample struct {
	Type Type
	// Const says that Bytes must not be changed in place.
	Const bool
	// All is set by a caller that takes every value in turn (an ACL); without
	// it a fetch of many values gives the one that HAProxy picks.
	All bool
	// More says that the fetch has further values: calling it again with
	// the same sample gives the next one.
	More bool
	// Cursor is the fetch's own place between such calls; 0 at the first.
	Cursor int
	Int    int64
	// Bytes belongs to the message, to the stream's scratch area or to the
	// configuration. It is valid until the stream next waits for I/O.
	Bytes []byte
	IP    netip.Addr
}

// SetBool makes p a Bool.
func (p *Sample) SetBool(v bool) {
	p.Type, p.Int = Bool, 0
	if v {
		p.Int = 1
	}
}

// SetInt makes p a Sint.
func (p *Sample) SetInt(v int64) { p.Type, p.Int = Sint, v }

// SetStr makes p a Str over b, which must not be changed in place.
func (p *Sample) SetStr(b []byte) { p.Type, p.Bytes, p.Const = Str, b, true }

// SetBin makes p a Bin over b, which must not be changed in place.
func (p *Sample) SetBin(b []byte) { p.Type, p.Bytes, p.Const = Bin, b, true }

// SetIP makes p an IPv4 or IPv6, after a's family; an IPv4 address mapped to
// IPv6 counts as IPv4.
func (p *Sample) SetIP(a netip.Addr) {
	a = a.Unmap()
	p.IP, p.Type = a, IPv6
	if a.Is4() {
		p.Type = IPv4
	}
}

// Fetch extracts a value from a stream. It reports false when there is none;
// when there is none yet, it also calls [Stream.NeedMore].
type Fetch func(s *Stream, p *Sample) bool

// Convert transforms p in place. It reports false when p has no such value,
// which ends the expression as if the fetch had found nothing.
type Convert func(s *Stream, p *Sample) bool

// Expr is a compiled sample expression: a fetch and its converters.
type Expr interface {
	// Eval runs the expression and casts its result to t; Any keeps the type.
	Eval(s *Stream, t Type, p *Sample) bool
	// Output is the type of the expression's value.
	Output() Type
	// Text is the expression as written.
	Text() string
}

// Condition is a compiled "if" or "unless".
type Condition interface {
	// Holds reports whether the rule applies. When it cannot be told yet,
	// it returns false after [Stream.NeedMore].
	Holds(s *Stream) bool
	// Text is the condition as written, "if" or "unless" included.
	Text() string
}

// Format is a compiled log-format string.
type Format interface {
	// Append adds the formatted text to dst. It allocates only when dst is
	// too small.
	Append(dst []byte, s *Stream) []byte
	// Text is the format as written.
	Text() string
}
