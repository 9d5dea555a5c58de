package lua

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// longest bounds the texts that one call may make, in bytes: making them cannot be
// interrupted.
const longest = 64 << 20

func (st *state) openString() {
	t := st.module("string", map[string]lua.LGFunction{
		"format": stringFormat, "rep": stringRep, "pack": stringPack, "unpack": stringUnpack, "packsize": stringPackSize,
		"find": stringFind, "match": stringMatch, "gmatch": stringGmatch, "gsub": stringGsub,
	})
	t.RawSetString("gfind", lua.LNil)
	u := st.module("utf8", map[string]lua.LGFunction{
		"char": utf8Char, "codepoint": utf8Codepoint, "len": utf8Len, "offset": utf8Offset, "codes": utf8Codes,
	})
	u.RawSetString("charpattern", lua.LString("[\x00-\x7F\xC2-\xF4][\x80-\xBF]*"))
}

func stringRep(L *lua.LState) int {
	s, n, sep := L.CheckString(1), L.CheckInt(2), L.OptString(3, "")
	if n <= 0 {
		L.Push(lua.LString(""))
		return 1
	}
	if size := float64(n) * float64(len(s)+len(sep)); size > longest {
		L.RaiseError("resulting string too large")
	}
	if sep == "" {
		L.Push(lua.LString(strings.Repeat(s, n)))
	} else {
		L.Push(lua.LString(strings.Repeat(s+sep, n-1) + s))
	}
	return 1
}

// integerArg gives an argument that must be a whole number.
func integerArg(L *lua.LState, n int) int64 {
	v := L.Get(n)
	if _, ok := number(v); !ok {
		L.TypeError(n, lua.LTNumber)
	}
	i, ok := whole(v)
	if !ok {
		L.ArgError(n, "number has no integer representation")
	}
	return i
}

func stringFormat(L *lua.LState) int {
	f := L.CheckString(1)
	var b strings.Builder
	arg := 1
	for i := 0; i < len(f); i++ {
		if f[i] != '%' {
			b.WriteByte(f[i])
			continue
		}
		if i++; i < len(f) && f[i] == '%' {
			b.WriteByte('%')
			continue
		}
		start := i
		for i < len(f) && strings.IndexByte("-+ #0", f[i]) >= 0 {
			i++
		}
		for i < len(f) && (f[i] >= '0' && f[i] <= '9' || f[i] == '.') {
			i++
		}
		if i >= len(f) {
			L.RaiseError("invalid option '%%' to 'format'")
		}
		spec := f[start:i]
		if len(spec) > 12 {
			L.RaiseError("invalid format (width or precision too long)")
		}
		arg++
		b.WriteString(formatOne(L, spec, f[i], arg))
	}
	L.Push(lua.LString(b.String()))
	return 1
}

func formatOne(L *lua.LState, spec string, verb byte, arg int) string {
	if arg > L.GetTop() {
		L.ArgError(arg, "no value")
	}
	switch verb {
	case 'd', 'i':
		return fmt.Sprintf("%"+spec+"d", integerArg(L, arg))
	case 'u':
		return fmt.Sprintf("%"+spec+"d", uint64(integerArg(L, arg)))
	case 'x', 'X', 'o':
		return fmt.Sprintf("%"+spec+string(verb), uint64(integerArg(L, arg)))
	case 'c':
		return fmt.Sprintf("%"+spec+"s", string([]byte{byte(integerArg(L, arg))}))
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		v, ok := number(L.Get(arg))
		switch {
		case !ok:
			L.TypeError(arg, lua.LTNumber)
		case math.IsInf(v, 0), math.IsNaN(v):
			return fmt.Sprintf("%"+strings.TrimLeft(spec, "0")+"s", numberText(v))
		case verb|0x20 == 'a':
			verb += 'x' - 'a'
		case (verb == 'g' || verb == 'G') && !strings.Contains(spec, "."):
			spec += ".6"
		}
		return fmt.Sprintf("%"+spec+string(verb), v)
	case 'q':
		return quote(L.Get(arg))
	case 's':
		return fmt.Sprintf("%"+spec+"s", byteText(display(L, L.Get(arg))))
	}
	L.RaiseError("invalid option '%%%s' to 'format'", spec+string(verb))
	return ""
}

// byteText has widths and precisions count bytes.
type byteText string

// Format implements [fmt.Formatter].
func (s byteText) Format(f fmt.State, _ rune) {
	text := string(s)
	if n, ok := f.Precision(); ok && n < len(text) {
		text = text[:n]
	}
	pad := ""
	if w, ok := f.Width(); ok && w > len(text) {
		pad = strings.Repeat(" ", w-len(text))
	}
	if f.Flag('-') {
		fmt.Fprint(f, text+pad)
	} else {
		fmt.Fprint(f, pad+text)
	}
}

// quote is a value as a script would write it.
func quote(v lua.LValue) string {
	s, ok := v.(lua.LString)
	if !ok {
		if n, ok := v.(lua.LNumber); ok {
			return numberText(float64(n))
		}
		return v.String()
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\n':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			b.WriteByte('\\')
			code := strconv.Itoa(int(c))
			if i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				code = fmt.Sprintf("%03d", c)
			}
			b.WriteString(code)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
