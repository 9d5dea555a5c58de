package sample

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/http"
)

// cast turns p, of the row's type, into the column's type. It reports false
// when the value has no such form.
type cast func(s *core.Stream, p *core.Sample) bool

// casts is the one matrix of conversions between types (configuration.txt
// 7.1): casts[from][to] is nil where HAProxy knows no conversion. As there, a
// boolean is a number as it is and remains a boolean.
var casts = [core.Types][core.Types]cast{
	core.Bool: {core.Any: keep, core.Bool: keep, core.Sint: keep, core.Str: intToStr, core.Bin: boolToBin},
	core.Sint: {core.Any: keep, core.Bool: intToBool, core.Sint: keep, core.Addr: intToIP, core.IPv4: intToIP,
		core.Str: intToStr, core.Bin: intToBin},
	core.Addr: {core.Any: keep, core.Addr: keep, core.IPv4: toIPv4, core.IPv6: toIPv6, core.Sint: ipToInt,
		core.Str: ipToStr, core.Bin: ipToBin},
	core.IPv4: {core.Any: keep, core.Addr: keep, core.IPv4: keep, core.IPv6: toIPv6, core.Sint: ipToInt,
		core.Str: ipToStr, core.Bin: ipToBin},
	core.IPv6: {core.Any: keep, core.Addr: keep, core.IPv4: toIPv4, core.IPv6: keep, core.Str: ipToStr, core.Bin: ipToBin},
	core.Str: {core.Any: keep, core.Bool: strToBool, core.Sint: strToInt, core.Addr: strToIP, core.IPv4: strToIPv4,
		core.IPv6: strToIPv6, core.Str: keep, core.Bin: retype(core.Bin), core.Meth: strToMeth},
	core.Bin:  {core.Any: keep, core.Str: binToStr, core.Bin: keep, core.Meth: strToMeth},
	core.Meth: {core.Any: keep, core.Str: methToStr, core.Bin: methToStr, core.Meth: keep},
}

// Castable reports whether values of type from can become to.
func Castable(from, to core.Type) bool {
	return to == core.Any || from == core.Any || casts[from][to] != nil
}

// Cast turns p into type t in place.
func Cast(s *core.Stream, p *core.Sample, t core.Type) bool {
	if p.Type == t || t == core.Any {
		return true
	}
	c := casts[p.Type][t]
	return c != nil && c(s, p)
}

func keep(*core.Stream, *core.Sample) bool { return true }

func retype(t core.Type) cast {
	return func(_ *core.Stream, p *core.Sample) bool { p.Type = t; return true }
}

func intToBool(_ *core.Stream, p *core.Sample) bool {
	p.SetBool(p.Int != 0)
	return true
}

func intToStr(s *core.Stream, p *core.Sample) bool {
	b := strconv.AppendInt(s.Scratch(20)[:0], p.Int, 10)
	p.SetStr(b)
	return true
}

func intToIP(_ *core.Stream, p *core.Sample) bool {
	v := uint32(p.Int)
	p.SetIP(netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}))
	return true
}

func ipToInt(_ *core.Stream, p *core.Sample) bool {
	if !p.IP.Is4() {
		return false
	}
	b := p.IP.As4()
	p.SetInt(int64(b[0])<<24 | int64(b[1])<<16 | int64(b[2])<<8 | int64(b[3]))
	return true
}

func toIPv6(_ *core.Stream, p *core.Sample) bool {
	p.IP, p.Type = netip.AddrFrom16(p.IP.As16()), core.IPv6
	return true
}

func toIPv4(_ *core.Stream, p *core.Sample) bool {
	a := p.IP.Unmap()
	if !a.Is4() {
		return false
	}
	p.IP, p.Type = a, core.IPv4
	return true
}

func ipToStr(s *core.Stream, p *core.Sample) bool {
	p.SetStr(p.IP.AppendTo(s.Scratch(46)[:0]))
	return true
}

func ipToBin(s *core.Stream, p *core.Sample) bool {
	if p.IP.Is4() {
		b := p.IP.As4()
		p.SetBin(append(s.Scratch(4)[:0], b[:]...))
		return true
	}
	b := p.IP.As16()
	p.SetBin(append(s.Scratch(16)[:0], b[:]...))
	return true
}

func strToBool(s *core.Stream, p *core.Sample) bool {
	return strToInt(s, p) && intToBool(s, p)
}

// strToInt reads a leading decimal number, as HAProxy does: "12abc" is 12.
func strToInt(_ *core.Stream, p *core.Sample) bool {
	n, _ := leadingInt(p.Bytes)
	empty := len(p.Bytes) == 0
	p.SetInt(n)
	return !empty
}

// leadingInt returns the number that b starts with, clamped to 64 bits, and
// the number of bytes it takes.
func leadingInt(b []byte) (n int64, used int) {
	i, neg := 0, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		neg = b[0] == '-'
		i++
	}
	start := i
	least := int64(math.MinInt64) // negative numbers reach further
	if !neg {
		least = -math.MaxInt64
	}
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		d := int64(b[i] - '0')
		if n < (least+d)/10 {
			n = least
			continue
		}
		n = n*10 - d
	}
	if i == start {
		return 0, 0
	}
	if !neg {
		n = -n
	}
	return n, i
}

func strToIP(_ *core.Stream, p *core.Sample) bool {
	a, ok := ParseIP(p.Bytes)
	if ok {
		p.SetIP(a)
	}
	return ok
}

func strToIPv4(_ *core.Stream, p *core.Sample) bool {
	a, ok := ParseIP(p.Bytes)
	if ok && a.Is4() {
		p.IP, p.Type = a, core.IPv4
		return true
	}
	return false
}

// strToIPv6 reads no IPv4 address, though that could be mapped.
func strToIPv6(_ *core.Stream, p *core.Sample) bool {
	a, ok := ParseIP(p.Bytes)
	if ok && a.Is6() {
		p.IP, p.Type = a, core.IPv6
		return true
	}
	return false
}

const hexDigits = "0123456789ABCDEF"

// binToStr ends the string at the first NUL, as in C.
func binToStr(_ *core.Stream, p *core.Sample) bool {
	if i := bytes.IndexByte(p.Bytes, 0); i >= 0 {
		p.Bytes = p.Bytes[:i]
	}
	p.Type = core.Str
	return true
}

// intToBin gives the 8 bytes of a number, the highest first.
func intToBin(s *core.Stream, p *core.Sample) bool {
	p.SetBin(binary.BigEndian.AppendUint64(s.Scratch(8)[:0], uint64(p.Int)))
	return true
}

// boolToBin gives the 8 bytes of a truth: a number that a converter has made of a
// boolean still counts as one.
func boolToBin(s *core.Stream, p *core.Sample) bool {
	p.SetBool(p.Int != 0)
	return intToBin(s, p)
}

func strToMeth(_ *core.Stream, p *core.Sample) bool {
	p.Type, p.Int = core.Meth, int64(http.LookupMethod(p.Bytes))
	return true
}

func methToStr(_ *core.Stream, p *core.Sample) bool {
	p.Type, p.Const = core.Str, true
	return true
}
