package converter

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		message("protobuf", "A field of a Protocol Buffers message by its number, or numbers with dots between where messages nest: its bytes, or a number of the given type.",
			func(b []byte) ([]byte, bool) { return b, true }),
		message("ungrpc", "As protobuf, for the message behind the header that gRPC puts in front of it.", func(b []byte) ([]byte, bool) {
			// A byte tells of compression, which HAProxy does not look at, and four
			// are the length.
			if len(b) < 5 {
				return nil, false
			}
			n := binary.BigEndian.Uint32(b[1:])
			b = b[5:]
			return b[:min(uint64(n), uint64(len(b)))], uint64(n) <= uint64(len(b))
		}),
	)
}

// The wire types of fields.
const (
	wireVarint  = 0
	wire64      = 1
	wireDelimit = 2
	wire32      = 5
	anyWire     = -1
)

// fieldType is a type that a field of a wire type can have.
type fieldType struct {
	wire int
	// number makes it of the bits on the wire.
	number func(bits uint64) int64
}

var fieldTypes = map[string]fieldType{
	"int32":  {wireVarint, func(v uint64) int64 { return int64(int32(v)) }},
	"uint32": {wireVarint, func(v uint64) int64 { return int64(v) }},
	"sint32": {wireVarint, func(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }},
	"int64":  {wireVarint, func(v uint64) int64 { return int64(v) }},
	"uint64": {wireVarint, func(v uint64) int64 { return int64(v) }},
	"sint64": {wireVarint, func(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }},
	"bool":   {wireVarint, func(v uint64) int64 { return int64(v) }},
	"enum":   {wireVarint, func(v uint64) int64 { return int64(int32(v)) }},

	"fixed64":  {wire64, func(v uint64) int64 { return int64(v) }},
	"sfixed64": {wire64, func(v uint64) int64 { return int64(v) }},
	"double":   {wire64, func(v uint64) int64 { return wholeFloat(math.Float64frombits(v), math.MinInt64) }},
	"fixed32":  {wire32, func(v uint64) int64 { return int64(uint32(v)) }},
	"sfixed32": {wire32, func(v uint64) int64 { return int64(int32(v)) }},
	"float":    {wire32, func(v uint64) int64 { return wholeFloat(float64(math.Float32frombits(uint32(v))), 0) }},
}

// wholeFloat cuts off the fraction; what is no number is what HAProxy makes of
// it.
func wholeFloat(f float64, none int64) int64 {
	if math.IsNaN(f) {
		return none
	}
	return int64(f)
}

// message makes a converter from a message, which open finds, to a field.
func message(name, doc string, open func([]byte) ([]byte, bool)) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<field_number>[,<field_type>])", Doc: doc,
			OK:  []string{"req.body," + name + "(48.59.1,int32)", "req.body," + name + "(48)"},
			Bad: []string{"req.body," + name + "", "req.body," + name + "(x)", "req.body," + name + "(1,int16)"},
		},
		In: core.Bin, Out: core.Bin, Min: 1,
		Args: []registry.ArgSpec{argument(registry.ArgField, "field_number"), argument(registry.ArgString, "field_type")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			var path []uint64
			for part := range strings.SplitSeq(a[0].Text, ".") {
				n, _ := strconv.ParseUint(part, 10, 64)
				path = append(path, n)
			}
			as, numeric := fieldTypes[a[1].Text]
			if a[1].Given && a[1].Text != "" && !numeric {
				return nil, fmt.Errorf("Wrong protocol buffer type '%s'", a[1].Text)
			}
			last := anyWire
			if numeric {
				last = as.wire
			}
			return func(_ *core.Stream, p *core.Sample) bool {
				b, ok := open(p.Bytes)
				for i := 0; ok && i < len(path); i++ {
					want := wireDelimit
					if i == len(path)-1 {
						want = last
					}
					b, ok = field(b, path[i], want)
				}
				switch {
				case !ok:
					return false
				case numeric:
					p.SetInt(as.number(wireBits(b, as.wire)))
				default:
					p.SetBin(b)
				}
				return true
			}, nil
		},
	}
}

// field returns the bytes of the first field of that number, which has to be of
// that wire type.
func field(b []byte, number uint64, wire int) ([]byte, bool) {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, false
		}
		b = b[n:]
		size := 0
		switch int(key & 7) {
		case wireVarint:
			_, size = binary.Uvarint(b)
		case wire64:
			size = 8
		case wire32:
			size = 4
		case wireDelimit:
			length, n := binary.Uvarint(b)
			if n <= 0 || length > uint64(len(b)-n) {
				return nil, false
			}
			b, size = b[n:], int(length)
		default:
			return nil, false
		}
		if size < 0 || size > len(b) || int(key&7) == wireVarint && size == 0 {
			return nil, false
		}
		if key>>3 == number {
			return b[:size], wire == anyWire || int(key&7) == wire
		}
		b = b[size:]
	}
	return nil, false
}

// wireBits reads a number as it was sent.
func wireBits(b []byte, wire int) uint64 {
	switch wire {
	case wire64:
		return binary.LittleEndian.Uint64(b)
	case wire32:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	v, _ := binary.Uvarint(b)
	return v
}
