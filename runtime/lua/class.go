package lua

import (
	lua "github.com/yuin/gopher-lua"
)

// An object of HAProxy's is a table: what it stands for is at index 0, its methods are
// those of its class, and a script may put into it what it likes.

// define makes a class of methods.
func (st *state) define(name string, methods map[string]lua.LGFunction) *lua.LTable {
	L := st.L
	m := L.NewTable()
	index := L.NewTable()
	L.SetFuncs(index, methods)
	m.RawSetString("__index", index)
	m.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString("HAProxy class " + name))
		return 1
	}))
	st.classes[name] = m
	return m
}

// object makes an object that stands for v.
func (st *state) object(class string, v any) *lua.LTable {
	t := st.L.CreateTable(0, 8)
	t.Metatable = st.classes[class]
	t.RawSet(lua.LNumber(0), &lua.LUserData{Value: v, Metatable: lua.LNil})
	return t
}

// self gives what argument n, an object of the class, stands for.
func self[T any](L *lua.LState, n int, class string) T {
	var none T
	t, ok := L.Get(n).(*lua.LTable)
	if ok {
		if u, ok := t.RawGet(lua.LNumber(0)).(*lua.LUserData); ok {
			if v, ok := u.Value.(T); ok {
				return v
			}
		}
	}
	L.ArgError(n, "class "+class+" expected")
	return none
}

// needs raises HAProxy's error about the number of arguments unless there are so many.
func needs(L *lua.LState, name string, least, most int) {
	n := L.GetTop()
	if n >= least && n <= most {
		return
	}
	if least == most {
		L.RaiseError("'%s' needs %d arguments", name, least)
	}
	L.RaiseError("'%s' needs between %d and %d arguments", name, least, most)
}

// text gives argument n as text: a number's too.
func text(L *lua.LState, n int) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return numberText(float64(v))
	}
	if n > L.GetTop() {
		L.ArgError(n, "string expected, got no value")
	}
	L.TypeError(n, lua.LTString)
	return ""
}

// list makes a table of texts.
func list(L *lua.LState, texts []string) *lua.LTable {
	t := L.CreateTable(len(texts), 0)
	for i, s := range texts {
		t.RawSetInt(i+1, lua.LString(s))
	}
	return t
}
