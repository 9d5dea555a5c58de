package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// find looks for the pattern from init on, and gives the match; -1 for none.
func (m *matcher) find(init int) (s, e int) {
	p := 0
	anchored := strings.HasPrefix(m.p, "^")
	if anchored {
		p = 1
	}
	for s = init; s <= len(m.s); s++ {
		m.level = 0
		if e = m.match(s, p); e >= 0 {
			return s, e
		}
		if anchored {
			break
		}
	}
	return -1, -1
}

// start reads the third argument of find and match.
func start(L *lua.LState, n int) int {
	if L.Get(3) == lua.LNil {
		return 0
	}
	return int(max(position(integerArg(L, 3), n), 1)) - 1
}

func stringFind(L *lua.LState) int {
	s, p := L.CheckString(1), L.CheckString(2)
	init := start(L, len(s))
	if init > len(s) {
		L.Push(lua.LNil)
		return 1
	}
	if L.ToBool(4) || !strings.ContainsAny(p, "^$*+?.([%-") {
		i := strings.Index(s[init:], p)
		if i < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(init + i + 1))
		L.Push(lua.LNumber(init + i + len(p)))
		return 2
	}
	m := newMatcher(L, s, p)
	from, to := m.find(init)
	if from < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(from + 1))
	L.Push(lua.LNumber(to))
	return 2 + m.push(from, to, false)
}

func stringMatch(L *lua.LState) int {
	s, p := L.CheckString(1), L.CheckString(2)
	if init := start(L, len(s)); init <= len(s) {
		m := newMatcher(L, s, p)
		if from, to := m.find(init); from >= 0 {
			return m.push(from, to, true)
		}
	}
	L.Push(lua.LNil)
	return 1
}
