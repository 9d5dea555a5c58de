package lua

import (
	"math"
	"math/rand/v2"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/lua/syntax"
)

// numberText is a number as Lua 5.3 shows it, but for the ".0" of whole ones, which
// the interpreter does not tell from integers.
func numberText(v float64) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1<<63:
		return strconv.FormatInt(int64(v), 10)
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	case math.IsNaN(v):
		return "-nan"
	}
	return strconv.FormatFloat(v, 'g', 14, 64)
}

// whole gives a value as an integer, where it is one.
func whole(v lua.LValue) (int64, bool) {
	f := 0.0
	switch x := v.(type) {
	case lua.LNumber:
		f = float64(x)
	case lua.LString:
		n, ok := syntax.Number(string(x))
		if !ok {
			return 0, false
		}
		f = n
	default:
		return 0, false
	}
	if f != math.Trunc(f) || f < -(1<<63) || f >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

func (st *state) openMath() {
	t := st.module("math", map[string]lua.LGFunction{
		"tointeger": func(L *lua.LState) int {
			n, ok := L.CheckAny(1).(lua.LNumber)
			if i, fits := whole(n); ok && fits {
				L.Push(lua.LNumber(i))
			} else {
				L.Push(lua.LNil)
			}
			return 1
		},
		"type": func(L *lua.LState) int {
			n, ok := L.CheckAny(1).(lua.LNumber)
			switch _, fits := whole(n); {
			case !ok:
				L.Push(lua.LNil)
			case fits:
				L.Push(lua.LString("integer"))
			default:
				L.Push(lua.LString("float"))
			}
			return 1
		},
		"ult": func(L *lua.LState) int {
			a, _ := whole(L.CheckNumber(1))
			b, _ := whole(L.CheckNumber(2))
			L.Push(lua.LBool(uint64(a) < uint64(b)))
			return 1
		},
		"random": mathRandom, "randomseed": func(*lua.LState) int { return 0 },
		"log": func(L *lua.LState) int {
			v := math.Log(float64(L.CheckNumber(1)))
			if L.GetTop() > 1 {
				switch base := float64(L.CheckNumber(2)); base {
				case 2:
					v = math.Log2(float64(L.CheckNumber(1)))
				case 10:
					v = math.Log10(float64(L.CheckNumber(1)))
				default:
					v /= math.Log(base)
				}
			}
			L.Push(lua.LNumber(v))
			return 1
		},
		"fmod": func(L *lua.LState) int {
			L.Push(lua.LNumber(math.Mod(float64(L.CheckNumber(1)), float64(L.CheckNumber(2)))))
			return 1
		},
	})
	t.RawSetString("maxinteger", lua.LNumber(math.MaxInt64))
	t.RawSetString("mininteger", lua.LNumber(math.MinInt64))
	t.RawSetString("huge", lua.LNumber(math.Inf(1)))
	t.RawSetString("mod", lua.LNil)
}

// mathRandom needs no seed: the process's source is not to be foretold.
func mathRandom(L *lua.LState) int {
	var low, high int64
	switch L.GetTop() {
	case 0:
		L.Push(lua.LNumber(rand.Float64()))
		return 1
	case 1:
		low, high = 1, L.CheckInt64(1)
	default:
		low, high = L.CheckInt64(1), L.CheckInt64(2)
	}
	if low > high {
		L.ArgError(min(L.GetTop(), 2), "interval is empty")
	}
	n := uint64(high-low) + 1
	if n == 0 {
		L.Push(lua.LNumber(int64(rand.Uint64())))
	} else {
		L.Push(lua.LNumber(low + int64(rand.Uint64N(n))))
	}
	return 1
}

// divide is integer division.
func divide(L *lua.LState) int {
	a, b := L.Get(1), L.Get(2)
	x, ok := number(a)
	y, fits := number(b)
	if !ok || !fits {
		return meta(L, "__idiv", a, b, "attempt to perform arithmetic on a %s value")
	}
	_, i := whole(lua.LNumber(x))
	_, j := whole(lua.LNumber(y))
	if y == 0 && i && j {
		L.RaiseError("attempt to divide by zero")
	}
	L.Push(lua.LNumber(math.Floor(x / y)))
	return 1
}

func number(v lua.LValue) (float64, bool) {
	switch x := v.(type) {
	case lua.LNumber:
		return float64(x), true
	case lua.LString:
		return syntax.Number(string(x))
	}
	return 0, false
}

// meta calls what stands for an operator in the operands' metatables.
func meta(L *lua.LState, event string, a, b lua.LValue, msg string) int {
	f := L.GetMetaField(a, event)
	if f == lua.LNil {
		f = L.GetMetaField(b, event)
	}
	if f == lua.LNil {
		if _, ok := number(a); ok {
			a = b
		}
		L.RaiseError(msg, a.Type())
	}
	L.Push(f)
	L.Push(a)
	L.Push(b)
	L.Call(2, 1)
	return 1
}
