package lua

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/stats"
)

// fillProxies fills core.proxies and its kin, once all sections have been read.
func (st *state) fillProxies() {
	L := st.L
	all := st.cores.RawGetString("proxies").(*lua.LTable)
	fronts := st.cores.RawGetString("frontends").(*lua.LTable)
	backs := st.cores.RawGetString("backends").(*lua.LTable)
	for _, p := range st.p.graph.Proxies {
		o := st.object("Proxy", p)
		o.RawSetString("name", lua.LString(p.Name))
		o.RawSetString("uuid", lua.LNumber(p.ID))
		servers, listeners := L.NewTable(), L.NewTable()
		o.RawSetString("servers", servers)
		for _, s := range p.Servers {
			so := st.object("Server", s)
			so.RawSetString("name", lua.LString(s.Name))
			so.RawSetString("puid", lua.LString(itoa(s.ID)))
			servers.RawSetString(s.Name, so)
		}
		o.RawSetString("listeners", listeners)
		for _, l := range p.Listeners {
			name := l.Name
			if name == "" {
				name = "sock-" + itoa(l.ID)
			}
			listeners.RawSetString(name, st.object("Listener", l))
		}
		if t := st.p.graph.Tables[p.Name]; t != nil {
			o.RawSetString("stktable", st.object("StickTable", t.Table))
		}
		all.RawSetString(p.Name, o)
		if p.Has(core.Frontend) {
			fronts.RawSetString(p.Name, o)
		}
		if p.Has(core.Backend) {
			backs.RawSetString(p.Name, o)
		}
	}
}

// command runs a command of the runtime API that changes something.
func (st *state) command(L *lua.LState, format string, args ...any) string {
	line := fmt.Sprintf(format, args...)
	if st.p.host == nil || strings.ContainsAny(line, ";\n\\") {
		return ""
	}
	answer := ""
	current(L).outside(func() { answer = st.p.host.Command(line) })
	return strings.TrimSpace(answer)
}

func (st *state) openProxies() {
	proxy := func(command string) lua.LGFunction {
		return func(L *lua.LState) int {
			st.command(L, "%s %s", command, self[*core.Proxy](L, 1, "Proxy").Name)
			return 0
		}
	}
	st.define("Proxy", map[string]lua.LGFunction{
		"pause": proxy("disable frontend"), "resume": proxy("enable frontend"), "stop": proxy("shutdown frontend"),
		"shut_bcksess": func(L *lua.LState) int {
			for _, s := range self[*core.Proxy](L, 1, "Proxy").Fleet().Servers {
				if s.Backup {
					st.command(L, "shutdown sessions server %s/%s", s.Proxy.Name, s.Name)
				}
			}
			return 0
		},
		"get_cap": func(L *lua.LState) int {
			L.Push(lua.LString(self[*core.Proxy](L, 1, "Proxy").String()))
			return 1
		},
		"get_mode": func(L *lua.LState) int {
			L.Push(lua.LString(self[*core.Proxy](L, 1, "Proxy").Mode.String()))
			return 1
		},
		"get_stats": func(L *lua.LState) int {
			p := self[*core.Proxy](L, 1, "Proxy")
			return st.stats(L, p, func(r *stats.Row) bool {
				return r.Kind == stats.KindFrontend || r.Kind == stats.KindBackend && !p.Has(core.Frontend)
			})
		},
	})
	st.define("Listener", map[string]lua.LGFunction{"get_stats": func(L *lua.LState) int {
		l := self[*core.Listener](L, 1, "Listener")
		return st.stats(L, l.Proxy, func(r *stats.Row) bool { return r.Kind == stats.KindListener && r.SID == uint64(l.ID) })
	}})
	st.openServers()
}

// stats pushes the first row of a proxy that is wanted, as a table.
func (st *state) stats(L *lua.LState, p *core.Proxy, want func(*stats.Row) bool) int {
	t := L.NewTable()
	if h := st.p.host; h != nil {
		f := &stats.Filter{IID: uint64(p.ID)}
		for px := range h.Proxies(f) {
			for r := range px.Rows(f) {
				if !want(r) {
					continue
				}
				for i := range stats.Columns[:stats.FixedColumns] {
					c := &stats.Columns[i]
					if v := c.Value(r, true); v.Present() {
						t.RawSetString(c.Name, statValue(v))
					}
				}
				L.Push(t)
				return 1
			}
		}
	}
	L.Push(t)
	return 1
}

func (st *state) openServers() {
	get := func(f func(s *core.Server) lua.LValue) lua.LGFunction {
		return func(L *lua.LState) int {
			L.Push(f(self[*core.Server](L, 1, "Server")))
			return 1
		}
	}
	// do runs a command, in which %s is the server.
	do := func(command string) lua.LGFunction {
		return func(L *lua.LState) int {
			s := self[*core.Server](L, 1, "Server")
			st.command(L, command, s.Proxy.Name+"/"+s.Name)
			return 0
		}
	}
	// with is do for a command that ends with argument 2; what it answers is an error.
	with := func(command string) lua.LGFunction {
		return func(L *lua.LState) int {
			s := self[*core.Server](L, 1, "Server")
			answer := st.command(L, command+" %s", s.Proxy.Name+"/"+s.Name, text(L, 2))
			if answer == "" {
				L.Push(lua.LNil)
			} else {
				L.Push(lua.LString(answer))
			}
			return 1
		}
	}
	st.define("Server", map[string]lua.LGFunction{
		"is_draining": get(func(s *core.Server) lua.LValue {
			if strings.Contains(s.Health.Stats().Status, "DRAIN") {
				return lua.LNumber(1)
			}
			return lua.LNumber(0)
		}),
		"get_maxconn": get(func(s *core.Server) lua.LValue { return lua.LNumber(s.Limit.Load()) }),
		"get_weight":  get(func(s *core.Server) lua.LValue { return lua.LNumber(s.Health.UserWeight()) }),
		"get_addr":    get(serverAddr),
		"get_stats": func(L *lua.LState) int {
			s := self[*core.Server](L, 1, "Server")
			return st.stats(L, s.Proxy, func(r *stats.Row) bool { return r.Kind == stats.KindServer && r.SID == uint64(s.ID) })
		},
		"set_maxconn": with("set maxconn server %s"), "set_weight": with("set weight %s"),
		"set_addr": func(L *lua.LState) int {
			s := self[*core.Server](L, 1, "Server")
			port := ""
			if L.Get(3) != lua.LNil {
				port = " port " + text(L, 3)
			}
			L.Push(lua.LString(st.command(L, "set server %s addr %s%s", s.Proxy.Name+"/"+s.Name, text(L, 2), port)))
			return 1
		},
		"shut_sess": do("shutdown sessions server %s"),
		"set_drain": do("set server %s state drain"), "set_maint": do("set server %s state maint"), "set_ready": do("set server %s state ready"),
		"check_enable": do("enable health %s"), "check_disable": do("disable health %s"),
		"check_force_up": do("set server %s health up"), "check_force_nolb": do("set server %s health stopping"),
		"check_force_down": do("set server %s health down"),
		"agent_enable":     do("enable agent %s"), "agent_disable": do("disable agent %s"),
		"agent_force_up": do("set server %s agent up"), "agent_force_down": do("set server %s agent down"),
	})
}

func serverAddr(s *core.Server) lua.LValue {
	ep := s.Dial.Load()
	switch {
	case ep == nil:
		return lua.LString("<none>")
	case ep.Options.Path != "":
		return lua.LString(ep.Options.Path)
	}
	a := ep.Options.Addr
	return lua.LString(a.Addr().String() + ":" + itoa(int(a.Port())))
}
