package lua

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// value is a number on the way through a calculation.
type value struct {
	whole bool
	i     int64
	f     float64
}

func (v value) float() float64 {
	if v.whole {
		return float64(v.i)
	}
	return v.f
}

// events are the metamethods of the steps of one operator.
var events = map[byte]string{'&': "__band", '|': "__bor", '~': "__bxor", 'l': "__shl", 'r': "__shr", 't': "__bnot"}

// calculate runs a program of [syntax.Steps].
func calculate(L *lua.LState) int {
	steps := L.CheckString(1)
	if len(steps) == 3 || len(steps) == 2 {
		a, b := L.Get(2), L.Get(L.GetTop())
		_, ok := number(a)
		_, fits := number(b)
		if !ok || !fits {
			return meta(L, events[steps[len(steps)-1]], a, b, "attempt to perform bitwise operation on a %s value")
		}
	}
	var room [16]value
	stack := room[:0]
	arg := 2
	for i := range len(steps) {
		switch op := steps[i]; op {
		case 'v':
			stack = append(stack, operand(L, L.Get(arg)))
			arg++
		case 'n', 't':
			top := &stack[len(stack)-1]
			if op == 't' {
				*top = value{whole: true, i: ^bitsOf(L, *top)}
			} else {
				top.i, top.f = -top.i, -top.f
			}
		default:
			n := len(stack) - 2
			stack[n] = apply(L, op, stack[n], stack[n+1])
			stack = stack[:n+1]
		}
	}
	L.Push(lua.LNumber(stack[0].float()))
	return 1
}

func operand(L *lua.LState, v lua.LValue) value {
	f, ok := number(v)
	if !ok {
		L.RaiseError("attempt to perform bitwise operation on a %s value", v.Type())
	}
	if i, ok := whole(lua.LNumber(f)); ok {
		return value{whole: true, i: i}
	}
	return value{f: f}
}

func bitsOf(L *lua.LState, v value) int64 {
	if !v.whole {
		i, ok := whole(lua.LNumber(v.f))
		if !ok {
			L.RaiseError("number has no integer representation")
		}
		return i
	}
	return v.i
}

func apply(L *lua.LState, op byte, a, b value) value {
	switch op {
	case '&':
		return value{whole: true, i: bitsOf(L, a) & bitsOf(L, b)}
	case '|':
		return value{whole: true, i: bitsOf(L, a) | bitsOf(L, b)}
	case '~':
		return value{whole: true, i: bitsOf(L, a) ^ bitsOf(L, b)}
	case 'l':
		return value{whole: true, i: shift(bitsOf(L, a), bitsOf(L, b))}
	case 'r':
		return value{whole: true, i: shift(bitsOf(L, a), -bitsOf(L, b))}
	}
	if !a.whole || !b.whole {
		return value{f: arith(op, a.float(), b.float())}
	}
	x, y := a.i, b.i
	v := value{whole: true}
	switch op {
	case '+':
		v.i = x + y
	case '-':
		v.i = x - y
	case '*':
		v.i = x * y
	case 'd', '%':
		if y == 0 {
			L.RaiseError("attempt to perform 'n%s0'", map[byte]string{'d': "//", '%': "%%"}[op])
		}
		if y == -1 {
			if op == 'd' {
				v.i = -x
			}
			return v
		}
		q, m := x/y, x%y
		if m != 0 && m^y < 0 {
			q, m = q-1, m+y
		}
		if v.i = q; op == '%' {
			v.i = m
		}
	}
	return v
}

// shift moves bits to the left by n, to the right where that is negative.
func shift(v, n int64) int64 {
	switch {
	case n <= -64 || n >= 64:
		return 0
	case n >= 0:
		return int64(uint64(v) << n)
	}
	return int64(uint64(v) >> -n)
}

func arith(op byte, x, y float64) float64 {
	switch op {
	case '+':
		return x + y
	case '-':
		return x - y
	case '*':
		return x * y
	case 'd':
		return math.Floor(x / y)
	}
	m := math.Mod(x, y)
	if m*y < 0 {
		m += y
	}
	return m
}
