package lua

import (
	"math"
	"net/netip"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
	"gohap/runtime/logs"
	"gohap/stats"
)

// openCore makes the table "core", and all classes.
func (st *state) openCore() {
	st.cores = st.module("core", map[string]lua.LGFunction{
		"log": func(L *lua.LState) int {
			needs(L, "log", 2, 2)
			st.p.log(nil, level(L, 1), text(L, 2))
			return 0
		},
		"Debug": st.logger(logs.Debug), "Info": st.logger(logs.Info), "Warning": st.logger(logs.Warning), "Alert": st.logger(logs.Alert),
		"sleep": sleeper(time.Second, "sleep"), "msleep": sleeper(time.Millisecond, "msleep"),
		"yield": func(L *lua.LState) int {
			current(L).sleep(L, 0)
			return 0
		},
		"set_nice": func(L *lua.LState) int {
			L.CheckNumber(1) // all tasks are equal here
			return 0
		},
		"now": func(L *lua.LState) int {
			now := conn.Wall()
			t := L.NewTable()
			t.RawSetString("sec", lua.LNumber(now.Unix()))
			t.RawSetString("usec", lua.LNumber(now.Nanosecond()/1000))
			L.Push(t)
			return 1
		},
		"http_date": dates(imfDate, rfc850Date, asctimeDate), "imf_date": dates(imfDate),
		"rfc850_date": dates(rfc850Date), "asctime_date": dates(asctimeDate),
		"done": func(L *lua.LState) int {
			r := current(L)
			r.end(L, L.Get(1))
			return 0
		},
		"tokenize": tokenize, "parse_addr": parseAddr, "match_addr": matchAddr, "concat": st.newConcat,
		"get_info": st.info,
		"add_acl":  changeList("add_acl", false, true), "del_acl": changeList("del_acl", false, false),
		"set_map": changeList("set_map", true, true), "del_map": changeList("del_map", true, false),
		"register_init": st.registerInit, "register_task": st.registerTask, "register_fetches": st.registerFetches,
		"register_converters": st.registerConverters, "register_action": st.registerAction,
		"register_service": st.registerService, "register_cli": st.registerCLI, "register_filter": registerFilter,
		"tcp": st.newSocket, "httpclient": st.newHTTPClient,
	})
	for i, name := range levelNames {
		st.cores.RawSetString(name, lua.LNumber(i))
	}
	st.cores.RawSetString("thread", lua.LNumber(st.id))
	for _, name := range []string{"proxies", "frontends", "backends"} {
		st.cores.RawSetString(name, st.L.NewTable())
	}
	st.define("Concat", map[string]lua.LGFunction{"add": concatAdd, "dump": concatDump})
	st.openAct()
	st.openMap()
	st.openRegex()
	st.openProxies()
	st.openTable()
	st.openFetches()
	st.openTXN()
	st.openHTTP()
	st.openChannel()
	st.openReply()
	st.openApplets()
	st.openSocket()
	st.openHTTPClient()
}

// finish is the error that ends a script by its own wish. A protected call catches it,
// as it does HAProxy's.
var finish = &lua.LUserData{Metatable: lua.LNil}

// end ends a run with a result.
func (r *run) end(L *lua.LState, v lua.LValue) {
	r.result = v
	L.Error(finish, 0)
}

func level(L *lua.LState, n int) logs.Level {
	v := L.CheckInt(n)
	if v < 0 || v > 7 {
		L.RaiseError("Invalid loglevel.")
	}
	return logs.Level(v)
}

func (st *state) logger(l logs.Level) lua.LGFunction {
	return func(L *lua.LState) int {
		st.p.log(nil, l, text(L, 1))
		return 0
	}
}

func sleeper(unit time.Duration, name string) lua.LGFunction {
	return func(L *lua.LState) int {
		needs(L, name, 1, 1)
		n := float64(L.CheckNumber(1))
		r := current(L)
		d := time.Duration(max(0, min(n*float64(unit), math.MaxInt64/2)))
		if r.starting {
			time.Sleep(d)
			return 0
		}
		r.sleep(L, d)
		return 0
	}
}

var (
	imfDate     = []string{"Mon, 02 Jan 2006 15:04:05 GMT"}
	rfc850Date  = []string{"Monday, 02-Jan-06 15:04:05 GMT"}
	asctimeDate = []string{"Mon Jan _2 15:04:05 2006"}
)

// dates makes the function that reads dates of some formats.
func dates(formats ...[]string) lua.LGFunction {
	return func(L *lua.LState) int {
		s := text(L, 1)
		for _, f := range formats {
			if t, err := time.Parse(f[0], s); err == nil {
				L.Push(lua.LNumber(t.Unix()))
				return 1
			}
		}
		L.Push(lua.LNil)
		return 1
	}
}

func tokenize(L *lua.LState) int {
	s, seps := text(L, 1), text(L, 2)
	noblank := L.ToBool(3)
	t := L.NewTable()
	n := 0
	for {
		i := strings.IndexAny(s, seps)
		piece := s
		if i >= 0 {
			piece = s[:i]
		}
		if piece != "" || !noblank {
			n++
			t.RawSetInt(n, lua.LString(piece))
		}
		if i < 0 {
			break
		}
		s = s[i+1:]
	}
	L.Push(t)
	return 1
}

func parseAddr(L *lua.LState) int {
	s := text(L, 1)
	addr, bits, given := strings.Cut(s, "/")
	ip, err := netip.ParseAddr(addr)
	if err != nil || ip.Zone() != "" {
		L.Push(lua.LNil)
		return 1
	}
	p := netip.PrefixFrom(ip, ip.BitLen())
	if given {
		if p, err = netip.ParsePrefix(addr + "/" + bits); err != nil {
			L.Push(lua.LNil)
			return 1
		}
	}
	L.Push(&lua.LUserData{Value: p, Metatable: lua.LNil})
	return 1
}

func matchAddr(L *lua.LState) int {
	a, ok := L.CheckUserData(1).Value.(netip.Prefix)
	b, fits := L.CheckUserData(2).Value.(netip.Prefix)
	if !ok || !fits {
		L.RaiseError("match_addr expects two addresses")
	}
	L.Push(lua.LBool(a.Addr().BitLen() == b.Addr().BitLen() && masked(a.Addr(), b.Bits()) == masked(b.Addr(), a.Bits())))
	return 1
}

func masked(a netip.Addr, bits int) netip.Addr {
	p, _ := a.Prefix(bits)
	return p.Addr()
}

// concat is an object of class Concat.
type concat struct{ b []byte }

func (st *state) newConcat(L *lua.LState) int {
	L.Push(st.object("Concat", &concat{}))
	return 1
}

func concatAdd(L *lua.LState) int {
	c := self[*concat](L, 1, "Concat")
	s := text(L, 2)
	if len(c.b)+len(s) > longest {
		L.RaiseError("not enough memory")
	}
	c.b = append(c.b, s...)
	return 0
}

func concatDump(L *lua.LState) int {
	L.Push(lua.LString(self[*concat](L, 1, "Concat").b))
	return 1
}

// info is core.get_info.
func (st *state) info(L *lua.LState) int {
	t := L.NewTable()
	if h := st.p.host; h != nil {
		i := h.Info()
		for n := range stats.InfoFields {
			f := &stats.InfoFields[n]
			if v, _ := f.Value(i, false); v.Present() {
				t.RawSetString(f.Name, statValue(v))
			}
		}
	}
	L.Push(t)
	return 1
}

func statValue(v stats.Value) lua.LValue {
	if v.IsText() {
		return lua.LString(v.String())
	}
	return lua.LNumber(v.Number())
}

// changeList makes the functions that change the lists of ACLs and maps.
func changeList(name string, isMap, add bool) lua.LGFunction {
	n := 2
	if isMap && add {
		n = 3
	}
	return func(L *lua.LState) int {
		needs(L, name, n, n)
		file, key := text(L, 1), text(L, 2)
		r := current(L)
		ref := r.st.p.graph.Patterns.File(file)
		if ref == nil || isMap != ref.Map && isMap {
			L.RaiseError("'%s': unknown %s file '%s'", name, map[bool]string{true: "map", false: "acl"}[isMap], file)
		}
		value := ""
		if n == 3 {
			value = text(L, 3)
		}
		var err error
		switch {
		case !add:
			ref.Delete(key)
		case isMap:
			err = ref.Put(key, value)
		default:
			err = ref.AddOnce(key)
		}
		if err != nil {
			L.RaiseError("'%s': %s", name, err)
		}
		return 0
	}
}

// openAct makes the tables "act" and "filter".
func (st *state) openAct() {
	t := st.module("act", map[string]lua.LGFunction{"wake_time": func(L *lua.LState) int {
		needs(L, "wake_time", 1, 1)
		current(L).wakeTime = time.Duration(L.CheckInt64(1)) * time.Millisecond
		return 0
	}})
	for i, name := range []string{"CONTINUE", "STOP", "YIELD", "ERROR", "DONE", "DENY", "ABORT", "INVALID"} {
		t.RawSetString(name, lua.LNumber(i))
	}
	f := st.module("filter", nil)
	for name, v := range map[string]int{"CONTINUE": 1, "WAIT": 0, "ERROR": -1, "FLT_CFG_FL_HTX": 1} {
		f.RawSetString(name, lua.LNumber(v))
	}
}

// actResult is what an action tells HAProxy.
type actResult int

const (
	actContinue actResult = iota
	actStop
	actYield
	actError
	actDone
	actDeny
	actAbort
	actInvalid
)

func registerFilter(L *lua.LState) int {
	L.RaiseError("'core.register_filter' is a HAProxy function that gohap does not support yet")
	return 0
}
