package lua

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func stringGmatch(L *lua.LState) int {
	s, p := L.CheckString(1), L.CheckString(2)
	at, last := 0, -1
	L.Push(L.NewFunction(func(L *lua.LState) int {
		m := newMatcher(L, s, p)
		for ; at <= len(s); at++ {
			m.level = 0
			e := m.match(at, 0)
			if e < 0 || e == last {
				continue
			}
			from := at
			at, last = e, e
			return m.push(from, e, true)
		}
		L.Push(lua.LNil)
		return 1
	}))
	return 1
}

func stringGsub(L *lua.LState) int {
	s, p := L.CheckString(1), L.CheckString(2)
	with := L.Get(3)
	switch with.Type() {
	case lua.LTString, lua.LTNumber, lua.LTTable, lua.LTFunction:
	default:
		L.ArgError(3, "string/function/table expected")
	}
	most := math.MaxInt
	if L.Get(4) != lua.LNil {
		most = int(integerArg(L, 4))
	}
	anchored := strings.HasPrefix(p, "^")
	p = strings.TrimPrefix(p, "^")
	m := newMatcher(L, s, p)
	var b strings.Builder
	at, last, n := 0, -1, 0
	for n < most {
		m.level = 0
		e := m.match(at, 0)
		switch {
		case e >= 0 && e != last:
			n++
			b.WriteString(m.replacement(with, at, e))
			at, last = e, e
		case at < len(s):
			b.WriteByte(s[at])
			at++
		default:
			at++
		}
		if at > len(s) || anchored {
			break
		}
		if b.Len() > longest {
			L.RaiseError("not enough memory")
		}
	}
	if at <= len(s) {
		b.WriteString(s[at:])
	}
	L.Push(lua.LString(b.String()))
	L.Push(lua.LNumber(n))
	return 2
}

// replacement is what takes the place of the match from s to e.
func (m *matcher) replacement(with lua.LValue, s, e int) string {
	L := m.L
	var v lua.LValue
	switch w := with.(type) {
	case *lua.LTable:
		v = L.GetTable(w, m.get(0, s, e))
	case *lua.LFunction:
		L.Push(w)
		n := m.push(s, e, true)
		L.Call(n, 1)
		v = L.Get(-1)
		L.Pop(1)
	default:
		return m.expand(w.String(), s, e)
	}
	switch v.Type() {
	case lua.LTString, lua.LTNumber:
		return v.String()
	case lua.LTNil:
		return m.s[s:e]
	case lua.LTBool:
		if v == lua.LFalse {
			return m.s[s:e]
		}
	}
	L.RaiseError("invalid replacement value (a %s)", v.Type())
	return ""
}

func (m *matcher) expand(with string, s, e int) string {
	if !strings.Contains(with, "%") {
		return with
	}
	var b strings.Builder
	for i := 0; i < len(with); i++ {
		if with[i] != '%' {
			b.WriteByte(with[i])
			continue
		}
		i++
		switch {
		case i < len(with) && with[i] == '%':
			b.WriteByte('%')
		case i < len(with) && with[i] == '0':
			b.WriteString(m.s[s:e])
		case i < len(with) && with[i] >= '1' && with[i] <= '9':
			b.WriteString(m.get(int(with[i]-'1'), s, e).String())
		default:
			m.L.RaiseError("invalid use of '%%' in replacement string")
		}
	}
	return b.String()
}
