package spop

import "net/netip"

// Kind is the type of a piece of data, as its first byte's low half names it.
type Kind byte

// The types.
const (
	Null Kind = iota
	Bool
	Int32
	Uint32
	Int64
	Uint64
	IPv4
	IPv6
	String
	Binary
)

// trueFlag is set in the type's byte of a boolean that is true.
const trueFlag = 1 << 4

// Value is a piece of typed data.
type Value struct {
	Kind Kind
	// Int is the value of numbers, and 1 for true.
	Int int64
	// IP is the value of addresses.
	IP netip.Addr
	// Bytes is the value of String and Binary.
	Bytes []byte
}

// AppendString appends bytes behind their length: a name.
func AppendString[T string | []byte](dst []byte, s T) []byte {
	return append(AppendVarint(dst, uint64(len(s))), s...)
}

// AppendText appends a value of the type String.
func AppendText[T string | []byte](dst []byte, s T) []byte {
	return AppendString(append(dst, byte(String)), s)
}

// AppendNull appends the value that says that there is none.
func AppendNull(dst []byte) []byte { return append(dst, byte(Null)) }

// AppendBool appends a boolean.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, byte(Bool)|trueFlag)
	}
	return append(dst, byte(Bool))
}

// AppendInt appends a number of the given type.
func AppendInt(dst []byte, k Kind, v int64) []byte {
	return AppendVarint(append(dst, byte(k)), uint64(v))
}

// AppendIP appends an address, one mapped into IPv6 as it is.
func AppendIP(dst []byte, a netip.Addr) []byte {
	if a.Is4() {
		b := a.As4()
		return append(append(dst, byte(IPv4)), b[:]...)
	}
	b := a.As16()
	return append(append(dst, byte(IPv6)), b[:]...)
}

// TakeString reads bytes behind their length from the start of b, and gives what
// follows.
func TakeString(b []byte) (s, rest []byte, ok bool) {
	size, n := Varint(b)
	if n == 0 || size > uint64(len(b)-n) {
		return nil, b, false
	}
	end := n + int(size)
	return b[n:end:end], b[end:], true
}

// Take reads a value from the start of b, and gives what follows. Types that are kept
// for later have no data, and are taken for Null.
func Take(b []byte) (v Value, rest []byte, ok bool) {
	if len(b) == 0 {
		return v, b, false
	}
	first := b[0]
	v.Kind, rest = Kind(first&15), b[1:]
	switch v.Kind {
	case Null:
	case Bool:
		if first&trueFlag != 0 {
			v.Int = 1
		}
	case Int32, Uint32, Int64, Uint64:
		x, n := Varint(rest)
		if n == 0 {
			return v, b, false
		}
		v.Int, rest = int64(x), rest[n:]
		switch v.Kind {
		case Int32:
			v.Int = int64(int32(v.Int))
		case Uint32:
			v.Int = int64(uint32(v.Int))
		}
	case IPv4, IPv6:
		size := 4
		if v.Kind == IPv6 {
			size = 16
		}
		if len(rest) < size {
			return v, b, false
		}
		v.IP, _ = netip.AddrFromSlice(rest[:size])
		rest = rest[size:]
	case String, Binary:
		if v.Bytes, rest, ok = TakeString(rest); !ok {
			return v, b, false
		}
	default:
		v.Kind = Null
	}
	return v, rest, true
}
