package stats

import (
	"bytes"
	"strconv"
)

// A Value is one field of a table: absent, a number or a text. The zero Value
// is absent.
type Value struct {
	kind valueKind
	num  uint64
	flt  float64
	text string
}

type valueKind uint8

const (
	absent valueKind = iota
	unsignedValue
	signedValue
	floatValue
	textValue
)

// Uint returns a number.
func Uint(n uint64) Value { return Value{kind: unsignedValue, num: n} }

// Int returns a number that may be negative.
func Int(n int64) Value { return Value{kind: signedValue, num: uint64(n)} }

// Float returns a number with a fraction.
func Float(f float64) Value { return Value{kind: floatValue, flt: f} }

// Text returns a text, which may be empty.
func Text(s string) Value { return Value{kind: textValue, text: s} }

// Present reports whether there is a value.
func (v Value) Present() bool { return v.kind != absent }

// IsText reports whether the value is a text.
func (v Value) IsText() bool { return v.kind == textValue }

// String returns the text, or "" for anything else.
func (v Value) String() string { return v.text }

// Number returns the value of a number, or 0 for anything else.
func (v Value) Number() float64 {
	switch v.kind {
	case unsignedValue:
		return float64(v.num)
	case signedValue:
		return float64(int64(v.num))
	}
	return v.flt
}

// Append appends the value as "show stat" prints it; an absent one is empty.
func (v Value) Append(b []byte) []byte {
	switch v.kind {
	case unsignedValue:
		return strconv.AppendUint(b, v.num, 10)
	case signedValue:
		return strconv.AppendInt(b, int64(v.num), 10)
	case floatValue:
		return appendFloat(b, v.flt)
	}
	return append(b, v.text...)
}

// appendFloat appends at most six digits after the point, none of them a
// trailing zero.
func appendFloat(b []byte, f float64) []byte {
	b = strconv.AppendFloat(b, f, 'f', 6, 64)
	return bytes.TrimSuffix(bytes.TrimRight(b, "0"), []byte("."))
}

// A Format says what a value is, as typed output shows it: origin, nature and
// scope, a letter each, and the type, such as "MCP:u64". Management guide 9.2.
type Format string

// Tags returns the first three letters.
func (f Format) Tags() string { return string(f[:3]) }

// Type returns the type: u32, s32, u64, s64, str or flt.
func (f Format) Type() string { return string(f[4:]) }

// Origin returns where the value comes from, in a word.
func (f Format) Origin() string {
	switch f[0] {
	case 'M':
		return "Metric"
	case 'S':
		return "Status"
	case 'K':
		return "Key"
	case 'C':
		return "Config"
	case 'P':
		return "Product"
	}
	return "Unknown"
}

// Nature returns how the value evolves, in a word.
func (f Format) Nature() string {
	switch f[1] {
	case 'G':
		return "Gauge"
	case 'L':
		return "Limit"
	case 'm':
		return "Min"
	case 'M':
		return "Max"
	case 'R':
		return "Rate"
	case 'C':
		return "Counter"
	case 'D':
		return "Duration"
	case 'A':
		return "Age"
	case 'T':
		return "Time"
	case 'N':
		return "Name"
	case 'O':
		return "Output"
	case 'a':
		return "Avg"
	}
	return "Unknown"
}

// Scope returns how far the value reaches, in a word.
func (f Format) Scope() string {
	switch f[2] {
	case 'C':
		return "Cluster"
	case 'P':
		return "Process"
	case 'S':
		return "Service"
	case 's':
		return "System"
	}
	return "Unknown"
}
