package lua

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
	"gohap/runtime/sticktable"
)

// dataName is what scripts call value i of a data type.
func dataName(d sticktable.DataType, i int) string {
	switch d {
	case sticktable.GPC, sticktable.GPT:
		return d.String() + itoa(i)
	case sticktable.GPCRate:
		return "gpc" + itoa(i) + "_rate"
	}
	return d.String()
}

// eachData calls f for all that the entries of a table store.
func eachData(t *sticktable.Table, f func(name string, d sticktable.DataType, i int)) {
	for d := range sticktable.DataTypes {
		for i := range t.Data[d].Elements {
			f(dataName(d, i), d, i)
		}
	}
}

func (st *state) openTable() {
	st.define("StickTable", map[string]lua.LGFunction{
		"info": func(L *lua.LState) int {
			t := self[*sticktable.Table](L, 1, "StickTable")
			o, data := L.NewTable(), L.NewTable()
			o.RawSetString("type", lua.LString(t.Key.String()))
			o.RawSetString("length", lua.LNumber(t.KeyLen()))
			o.RawSetString("size", lua.LNumber(t.Size))
			o.RawSetString("used", lua.LNumber(t.Used(conn.Now())))
			o.RawSetString("nopurge", lua.LBool(t.NoPurge))
			expire := t.Expire
			if expire == 0 {
				expire = -1
			}
			o.RawSetString("expire", lua.LNumber(expire))
			o.RawSetString("data", data)
			eachData(t, func(name string, d sticktable.DataType, _ int) {
				v := int64(-1)
				if d.Kind() == sticktable.Rate {
					v = int64(t.Data[d].Period)
				}
				data.RawSetString(name, lua.LNumber(v))
			})
			L.Push(o)
			return 1
		},
		"lookup": func(L *lua.LState) int {
			t := self[*sticktable.Table](L, 1, "StickTable")
			key, ok := tableKey(t.Key, text(L, 2))
			if !ok {
				L.Push(lua.LNil)
				return 1
			}
			e, ok := t.Find(key, conn.Now())
			if !ok {
				L.Push(lua.LNil)
				return 1
			}
			o := entryTable(L, e)
			o.RawSetString("use", lua.LNumber(e.Refs()))
			o.RawSetString("expire", lua.LNumber(e.Expires()))
			e.Unlock()
			L.Push(o)
			return 1
		},
		"dump": dumpTable,
	})
}

func entryTable(L *lua.LState, e sticktable.Entry) *lua.LTable {
	o := L.NewTable()
	eachData(e.Table(), func(name string, d sticktable.DataType, i int) {
		if d.Kind() == sticktable.Name {
			o.RawSetString(name, lua.LString(e.Name(d)))
			return
		}
		o.RawSetString(name, lua.LNumber(e.Value(d, i)))
	})
	return o
}

// comparison is one line of a filter of StickTable.dump.
type comparison struct {
	d  sticktable.DataType
	i  int
	op string
	n  uint64
}

func (c *comparison) holds(e sticktable.Entry) bool {
	v := e.Value(c.d, c.i)
	switch c.op {
	case "eq":
		return v == c.n
	case "ne":
		return v != c.n
	case "le":
		return v <= c.n
	case "ge":
		return v >= c.n
	case "lt":
		return v < c.n
	}
	return v > c.n
}

// mostComparisons bounds a filter, as HAProxy does.
const mostComparisons = 4

func readFilter(L *lua.LState, t *sticktable.Table, from *lua.LTable) []comparison {
	var all []comparison
	if from.Len() > mostComparisons {
		L.RaiseError("Filter table too large (len > 4)")
	}
	for n := 1; n <= from.Len(); n++ {
		line, ok := from.RawGetInt(n).(*lua.LTable)
		if !ok || line.Len() != 3 {
			L.RaiseError("Filter table format must be a table of tables of 3 values, at line %d", n)
		}
		name, op := line.RawGetInt(1).String(), line.RawGetInt(2).String()
		v, ok := whole(line.RawGetInt(3))
		if !ok {
			L.RaiseError("Filter table value is no number, at line %d", n)
		}
		if !strings.Contains(" eq ne le lt ge gt ", " "+op+" ") {
			L.RaiseError("Unknown filter operator: %s", op)
		}
		c := comparison{op: op, n: uint64(v)}
		found := false
		eachData(t, func(stored string, d sticktable.DataType, i int) {
			if stored == name {
				c.d, c.i, found = d, i, true
			}
		})
		if !found {
			L.RaiseError("Filter table data type not present in stick table: %s", name)
		}
		all = append(all, c)
	}
	return all
}

func dumpTable(L *lua.LState) int {
	t := self[*sticktable.Table](L, 1, "StickTable")
	var filter []comparison
	if L.Get(2) != lua.LNil {
		filter = readFilter(L, t, L.CheckTable(2))
	}
	all := L.NewTable()
	for _, key := range t.Keys(conn.Now()) {
		e, ok := t.Find(key, conn.Now())
		if !ok {
			continue
		}
		wanted := true
		for i := range filter {
			wanted = wanted && filter[i].holds(e)
		}
		if wanted {
			all.RawSetString(keyText(t.Key, e.Key()), entryTable(L, e))
		}
		e.Unlock()
	}
	L.Push(all)
	return 1
}

func keyText(k sticktable.KeyType, key []byte) string {
	switch k {
	case sticktable.IP, sticktable.IPv6:
		ip, _ := netip.AddrFromSlice(key)
		return ip.String()
	case sticktable.Integer:
		return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(key)), 10)
	case sticktable.Binary:
		return fmt.Sprintf("%X", key)
	}
	return string(key)
}

func tableKey(k sticktable.KeyType, text string) ([]byte, bool) {
	switch k {
	case sticktable.IP, sticktable.IPv6:
		ip, err := netip.ParseAddr(text)
		if err != nil || ip.Is4() != (k == sticktable.IP) {
			return nil, false
		}
		return ip.AsSlice(), true
	case sticktable.Integer:
		n, err := strconv.ParseUint(text, 10, 32)
		return binary.LittleEndian.AppendUint32(nil, uint32(n)), err == nil
	}
	return []byte(text), true
}
