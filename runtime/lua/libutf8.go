package lua

import (
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/lua/syntax"
)

func utf8Char(L *lua.LState) int {
	var b []byte
	for i := 1; i <= L.GetTop(); i++ {
		c := integerArg(L, i)
		if c < 0 || c > 1<<31-1 {
			L.ArgError(i, "value out of range")
		}
		b = syntax.AppendUTF8(b, uint32(c))
	}
	L.Push(lua.LString(b))
	return 1
}

// position makes an index from the end one from the start.
func position(i int64, n int) int64 {
	if i < 0 {
		if -i > int64(n) {
			return 0
		}
		return int64(n) + i + 1
	}
	return i
}

// span reads the arguments from and to of a function on a string of n bytes.
func span(L *lua.LState, n int, from, to int64) (int64, int64) {
	if L.Get(2) != lua.LNil {
		from = position(integerArg(L, 2), n)
	}
	if L.Get(3) != lua.LNil {
		to = position(integerArg(L, 3), n)
	}
	return from, to
}

func utf8Codepoint(L *lua.LState) int {
	s := L.CheckString(1)
	from, to := span(L, len(s), 1, -1)
	if L.Get(3) == lua.LNil {
		to = from
	}
	if from < 1 || to > int64(len(s)) {
		L.RaiseError("out of range")
	}
	n := 0
	for i := from - 1; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size < 2 {
			L.RaiseError("invalid UTF-8 code")
		}
		L.Push(lua.LNumber(r))
		n++
		i += int64(size)
	}
	return n
}

func utf8Len(L *lua.LState) int {
	s := L.CheckString(1)
	from, to := span(L, len(s), 1, int64(len(s)))
	if from < 1 || from > int64(len(s))+1 {
		L.ArgError(2, "initial position out of string")
	}
	n := 0
	for i := from - 1; i < min(to, int64(len(s))); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size < 2 {
			L.Push(lua.LNil)
			L.Push(lua.LNumber(i + 1))
			return 2
		}
		n++
		i += int64(size)
	}
	L.Push(lua.LNumber(n))
	return 1
}

func continues(s string, i int64) bool { return i < int64(len(s)) && s[i]&0xc0 == 0x80 }

func utf8Offset(L *lua.LState) int {
	s, n := L.CheckString(1), integerArg(L, 2)
	i := int64(1)
	if n <= 0 {
		i = int64(len(s)) + 1
	}
	if L.Get(3) != lua.LNil {
		i = position(integerArg(L, 3), len(s))
	}
	if i--; i < 0 || i > int64(len(s)) {
		L.ArgError(3, "position out of range")
	}
	switch {
	case n == 0:
		for i > 0 && continues(s, i) {
			i--
		}
	case continues(s, i):
		L.RaiseError("initial position is a continuation byte")
	case n < 0:
		for ; n < 0 && i > 0; n++ {
			for i--; i > 0 && continues(s, i); {
				i--
			}
		}
	default:
		for n--; n > 0 && i < int64(len(s)); n-- {
			for i++; continues(s, i); {
				i++
			}
		}
	}
	if n != 0 {
		L.Push(lua.LNil)
	} else {
		L.Push(lua.LNumber(i + 1))
	}
	return 1
}

func utf8Codes(L *lua.LState) int {
	s := L.CheckString(1)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		i := L.CheckInt64(2)
		if i > 0 {
			for i < int64(len(s)) && continues(s, i) {
				i++
			}
		}
		if i >= int64(len(s)) {
			return 0
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size < 2 {
			L.RaiseError("invalid UTF-8 code")
		}
		L.Push(lua.LNumber(i + 1))
		L.Push(lua.LNumber(r))
		return 2
	}))
	L.Push(lua.LString(s))
	L.Push(lua.LNumber(0))
	return 3
}
