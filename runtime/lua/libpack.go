package lua

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// packer walks through the format of string.pack and its kin.
type packer struct {
	L      *lua.LState
	format string
	at     int
	big    bool
	most   int // alignment
	size   int // so far
}

// item is one option of a format.
type item struct {
	kind byte // 'i' and 'u' integers, 'f', 'd', 's' with a length, 'z', 'c', 'x', 0 for none
	n    int  // bytes
	pad  int  // in front
}

func newPacker(L *lua.LState) *packer {
	return &packer{L: L, format: L.CheckString(1), most: 1}
}

// count reads a number in the format.
func (p *packer) count(fallback int) int {
	if p.at >= len(p.format) || p.format[p.at] < '0' || p.format[p.at] > '9' {
		return fallback
	}
	n := 0
	for p.at < len(p.format) && p.format[p.at] >= '0' && p.format[p.at] <= '9' && n < longest {
		n = n*10 + int(p.format[p.at]-'0')
		p.at++
	}
	return n
}

func (p *packer) integer(fallback int) int {
	n := p.count(fallback)
	if n < 1 || n > 16 {
		p.L.RaiseError("integral size (%d) out of limits [1,16]", n)
	}
	return n
}

// next gives the next option, and false at the end.
func (p *packer) next() (item, bool) {
	for p.at < len(p.format) {
		c := p.format[p.at]
		p.at++
		it := item{kind: c}
		switch c {
		case ' ':
			continue
		case '<', '=':
			p.big = false
			continue
		case '>':
			p.big = true
			continue
		case '!':
			p.most = p.integer(8)
			continue
		case 'b', 'h', 'l', 'j':
			it = item{kind: 'i', n: map[byte]int{'b': 1, 'h': 2, 'l': 8, 'j': 8}[c]}
		case 'B', 'H', 'L', 'J', 'T':
			it = item{kind: 'u', n: map[byte]int{'B': 1, 'H': 2, 'L': 8, 'J': 8, 'T': 8}[c]}
		case 'i':
			it.n = p.integer(4)
		case 'I':
			it = item{kind: 'u', n: p.integer(4)}
		case 'f':
			it.n = 4
		case 'd', 'n':
			it = item{kind: 'd', n: 8}
		case 's':
			it.n = p.integer(8)
		case 'c':
			if it.n = p.count(-1); it.n < 0 {
				p.L.RaiseError("missing size for format option 'c'")
			}
		case 'z':
		case 'x':
			it.n = 1
		case 'X':
			q := *p
			o, ok := q.next()
			if !ok || o.n == 0 || o.kind == 'c' {
				p.L.RaiseError("invalid next option for option 'X'")
			}
			p.at = q.at
			it = item{kind: 0, pad: p.padding(o.n)}
		default:
			p.L.RaiseError("invalid format option '%s'", string(c))
		}
		if it.kind == 'i' || it.kind == 'u' || it.kind == 'f' || it.kind == 'd' || it.kind == 's' {
			it.pad = p.padding(it.n)
		}
		p.size += it.pad
		return it, true
	}
	return item{}, false
}

func (p *packer) padding(n int) int {
	if n = min(n, p.most); n <= 1 {
		return 0
	}
	if n&(n-1) != 0 {
		p.L.RaiseError("format asks for alignment not power of 2")
	}
	return (n - p.size&(n-1)) & (n - 1)
}

// put appends an integer of n bytes.
func (p *packer) put(b []byte, v int64, n int) []byte {
	at := len(b)
	for range n {
		b = append(b, byte(v))
		v >>= 8
	}
	if p.big {
		flip(b[at:])
	}
	return b
}

func flip(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

func stringPack(L *lua.LState) int {
	p := newPacker(L)
	var b []byte
	arg := 1
	for {
		it, ok := p.next()
		if !ok {
			break
		}
		b = append(b, make([]byte, it.pad)...)
		if it.kind != 'x' && it.kind != 0 {
			arg++
		}
		switch it.kind {
		case 'i', 'u':
			v := integerArg(L, arg)
			if low := int64(-1) << (8*it.n - 1); it.n < 8 && it.kind == 'i' && (v < low || v > ^low) {
				L.ArgError(arg, "integer overflow")
			} else if it.n < 8 && it.kind == 'u' && uint64(v) >= 1<<(8*it.n) {
				L.ArgError(arg, "unsigned overflow")
			}
			b = p.put(b, v, it.n)
		case 'f':
			b = p.put(b, int64(math.Float32bits(float32(L.CheckNumber(arg)))), 4)
		case 'd':
			b = p.put(b, int64(math.Float64bits(float64(L.CheckNumber(arg)))), 8)
		case 's':
			s := L.CheckString(arg)
			b = append(p.put(b, int64(len(s)), it.n), s...)
		case 'z':
			b = append(append(b, L.CheckString(arg)...), 0)
		case 'c':
			s := L.CheckString(arg)
			if len(s) > it.n {
				L.ArgError(arg, "string longer than given size")
			}
			b = append(append(b, s...), make([]byte, it.n-len(s))...)
		case 'x':
			b = append(b, 0)
		}
		p.size = len(b)
	}
	L.Push(lua.LString(b))
	return 1
}

func stringPackSize(L *lua.LState) int {
	p := newPacker(L)
	for {
		it, ok := p.next()
		if !ok {
			break
		}
		if it.kind == 's' || it.kind == 'z' {
			L.ArgError(1, "variable-size format in packsize")
		}
		p.size += it.n
	}
	L.Push(lua.LNumber(p.size))
	return 1
}

func stringUnpack(L *lua.LState) int {
	p := newPacker(L)
	s := L.CheckString(2)
	at := 0
	if L.Get(3) != lua.LNil {
		at = int(position(integerArg(L, 3), len(s))) - 1
	}
	if at < 0 || at > len(s) {
		L.ArgError(3, "initial position out of string")
	}
	take := func(n int) string {
		if n < 0 || n > len(s)-at {
			L.ArgError(2, "data string too short")
		}
		at += n
		return s[at-n : at]
	}
	n := 0
	for {
		p.size = at
		it, ok := p.next()
		if !ok {
			break
		}
		take(it.pad)
		v := lua.LValue(nil)
		switch it.kind {
		case 'i', 'u':
			v = lua.LNumber(p.get(take(it.n), it.kind == 'i'))
		case 'f':
			v = lua.LNumber(math.Float32frombits(uint32(p.get(take(4), false))))
		case 'd':
			v = lua.LNumber(math.Float64frombits(uint64(p.get(take(8), false))))
		case 's':
			v = lua.LString(take(int(p.get(take(it.n), false))))
		case 'z':
			end := at
			for end < len(s) && s[end] != 0 {
				end++
			}
			v = lua.LString(take(end - at))
			take(1)
		case 'c':
			v = lua.LString(take(it.n))
		case 'x':
			take(1)
		}
		if v != nil {
			L.Push(v)
			n++
		}
	}
	L.Push(lua.LNumber(at + 1))
	return n + 1
}

func (p *packer) get(s string, signed bool) int64 {
	b := []byte(s)
	if !p.big {
		flip(b)
	}
	v := int64(0)
	for _, c := range b {
		v = v<<8 | int64(c)
	}
	if n := len(b); signed && n < 8 {
		v = v << (64 - 8*n) >> (64 - 8*n)
	}
	return v
}
