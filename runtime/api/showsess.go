package api

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "show sess", Usage: "[id]", Manual: "9.3",
				Doc: "list the streams under way, or tell more about one or all of them"},
			Level: core.Operator, Run: (*Call).showSess,
		},
		&Command{
			Keyword: registry.Keyword{Name: "shutdown session", Usage: "[id]", Manual: "9.3",
				Doc: "end the stream with that id of 'show sess'"},
			Level: core.Admin, Run: (*Call).shutdownSession,
		},
	)
}

// streamID reads an ID as "show sess" writes it; 0 where a word is none.
func streamID(word string) uint64 {
	n, _ := strconv.ParseUint(strings.TrimPrefix(word, "0x"), 16, 64)
	return n
}

func (c *Call) showSess() {
	word := c.Arg(0)
	id := uint64(0)
	if strings.HasPrefix(word, "0x") {
		id = streamID(word)
	}
	all := append(c.process.Streams(), c.self())
	slices.SortStableFunc(all, func(a, b core.StreamInfo) int { return cmp.Compare(b.Age, a.Age) })
	found := false
	for i := range all {
		switch s := &all[i]; {
		case id != 0 && s.ID != id:
			continue
		case id != 0 || word == "all":
			c.describe(s)
		default:
			c.summarize(s)
		}
		found = true
	}
	if id != 0 && !found {
		c.Printf("Session not found.\n")
	}
}

// self is the stream that the client of this API is.
func (c *Call) self() core.StreamInfo {
	return core.StreamInfo{
		ID: uint64(uintptr(unsafe.Pointer(c.Session))), Start: c.begun, Age: time.Since(c.begun),
		Frontend: c.process.Graph().Global.StatsProxy, ClientFD: -1, ServerFD: -1,
	}
}

// transport names the protocol of a client's address, and the address as lists
// show it.
func transport(a netip.AddrPort) (proto, text string) {
	switch {
	case !a.IsValid():
		return "unix_stream", "unix:1"
	case a.Addr().Unmap().Is4():
		return "tcpv4", addrText(a)
	}
	return "tcpv6", addrText(a)
}

// addrText is an address and its port as HAProxy lists them: without brackets.
func addrText(a netip.AddrPort) string {
	if !a.IsValid() {
		return "unknown"
	}
	return a.Addr().Unmap().String() + ":" + strconv.Itoa(int(a.Port()))
}

func proxyName(p *core.Proxy) string {
	if p == nil {
		return "<NONE>"
	}
	return p.Name
}

// summarize shows a stream in a line. What is a matter of HAProxy's own scheduler
// stands at zero.
func (c *Call) summarize(s *core.StreamInfo) {
	proto, src := transport(s.Client)
	frontend, server := "GLOBAL", "<none>"
	if s.Frontend != nil {
		frontend = s.Frontend.Name
	}
	if s.Server != nil {
		server = s.Server.Name
	}
	state := 0
	if s.ServerFD >= 0 {
		state = 8 // established
	}
	c.Printf("%#x: proto=%s src=%s fe=%s be=%s srv=%s ts=00 epoch=0 age=%s calls=0 rate=0 cpu=0 lat=0"+
		" rq[f=0h,i=0,an=00h,rx=,wx=,ax=] rp[f=0h,i=0,an=00h,rx=,wx=,ax=]"+
		" scf=[8,0h,fd=%d] scb=[%d,0h,fd=%d] exp= rc=%d c_exp=\n",
		s.ID, proto, src, frontend, proxyName(s.Backend), server, ago(s.Age), s.ClientFD, state, s.ServerFD, s.Retries)
}

// describe shows a stream in several lines.
func (c *Call) describe(s *core.StreamInfo) {
	proto, src := transport(s.Client)
	c.Printf("%#x: [%s] id=%d proto=%s source=%s\n", s.ID, s.Start.Format("02/Jan/2006:15:04:05.000000"), s.Number, proto, src)
	c.Printf("  flags=0x0, conn_retries=%d, conn_exp=<NEVER> conn_et=0x000 srv_conn=(nil), pend_pos=(nil) waiting=0 epoch=0\n", s.Retries)
	name, id, mode := "GLOBAL", 0, "tcp"
	if p := s.Frontend; p != nil {
		name, id, mode = p.Name, p.ID, p.Mode.String()
	}
	if mode == "cli" {
		mode = "tcp"
	}
	listener, number, local := "?", 1, "unix:1"
	if l := s.Listener; l != nil {
		number, local = l.ID, addrText(s.Local)
		if l.Name != "" {
			listener = l.Name
		}
	}
	c.Printf("  frontend=%s (id=%d mode=%s), listener=%s (id=%d) addr=%s\n", name, id, mode, listener, number, local)
	if p := s.Backend; p != nil {
		c.Printf("  backend=%s (id=%d mode=%s) addr=%s\n", p.Name, p.ID, p.Mode, addrText(s.ServerLocal))
	} else {
		c.Printf("  backend=<NONE> (id=-1 mode=-)\n")
	}
	if v := s.Server; v != nil {
		to := "unknown"
		if ep := v.Dial.Load(); ep != nil {
			to = addrText(ep.Options.Addr)
		}
		c.Printf("  server=%s (id=%d) addr=%s\n", v.Name, v.ID, to)
	} else {
		c.Printf("  server=<NONE> (id=-1)\n")
	}
	c.Printf("  task=%#x (state=0x00 nice=0 calls=0 rate=0 exp=<NEVER> tmask=0x1 age=%s)\n", s.ID, ago(s.Age))
	c.Printf("  client fd=%d server fd=%d\n", s.ClientFD, s.ServerFD)
}

// ago writes a duration in its largest unit and the one below, as in 1m12s.
func ago(d time.Duration) string {
	n := int64(d / time.Second)
	unit := func(a int64, x string, b int64, y string) string {
		s := strconv.FormatInt(a, 10) + x
		if b > 0 {
			s += strconv.FormatInt(b, 10) + y
		}
		return s
	}
	switch {
	case n < 60:
		return unit(n, "s", 0, "")
	case n < 3600:
		return unit(n/60, "m", n%60, "s")
	case n < 86400:
		return unit(n/3600, "h", n%3600/60, "m")
	}
	return unit(n/86400, "d", n%86400/3600, "h")
}

func (c *Call) shutdownSession() {
	id := streamID(c.Arg(0))
	switch {
	case id == 0:
		c.Fail("Session pointer expected (use 'show sess').\n")
	case !c.process.EndStream(id):
		c.Fail("No such session (use 'show sess').\n")
	}
}
