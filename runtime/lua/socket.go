package lua

import (
	"bytes"
	"crypto/tls"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
)

// socket is what an object of class Socket stands for. Only the call that made it may
// use it, and it is closed when that ends.
type socket struct {
	r       *run
	c       *conn.Conn
	timeout time.Duration
	in      []byte
	closed  bool
}

// socketTimeout is that of a socket whose script does not set one.
const socketTimeout = 5 * time.Second

// closeAll closes what the script has left open.
func (r *run) closeAll() {
	for _, s := range r.sockets {
		s.close()
	}
	r.sockets = nil
}

// maxSockets bounds how many sockets one call may have open.
const maxSockets = 1000

func (st *state) newSocket(L *lua.LState) int {
	r := current(L)
	if len(r.sockets) >= maxSockets {
		L.RaiseError("too many sockets")
	}
	s := &socket{r: r, timeout: socketTimeout}
	r.sockets = append(r.sockets, s)
	L.Push(st.object("Socket", s))
	return 1
}

func (s *socket) close() {
	s.closed = true
	if s.c != nil {
		s.c.Close()
		s.c = nil
	}
}

// mine gives the socket of a method, which the running script must have made.
func mine(L *lua.LState) *socket {
	s := self[*socket](L, 1, "Socket")
	r := current(L)
	if s.r != r {
		L.RaiseError("socket: cannot be used by another script than the one that made it")
	}
	if r.starting {
		L.RaiseError("socket: cannot be used while the configuration is read")
	}
	return s
}

func (st *state) openSocket() {
	st.define("Socket", map[string]lua.LGFunction{
		"connect":     func(L *lua.LState) int { return mine(L).connect(L, false) },
		"connect_ssl": func(L *lua.LState) int { return mine(L).connect(L, true) },
		"send":        func(L *lua.LState) int { return mine(L).send(L) },
		"receive":     func(L *lua.LState) int { return mine(L).receive(L) },
		"close": func(L *lua.LState) int {
			s := self[*socket](L, 1, "Socket")
			if s.r == current(L) {
				s.close()
			}
			return 0
		},
		"settimeout": func(L *lua.LState) int {
			v := float64(L.CheckNumber(2))
			if v < 0 || v > math.MaxInt32/1000 {
				L.RaiseError("settimeout: cannot set timeout greater than %d seconds or less than 0", math.MaxInt32/1000)
			}
			self[*socket](L, 1, "Socket").timeout = time.Duration(v * float64(time.Second))
			L.Push(lua.LNumber(1))
			return 1
		},
		"setoption":   func(*lua.LState) int { return 0 },
		"getpeername": func(L *lua.LState) int { return mine(L).end(L, (*conn.Conn).SocketRemote) },
		"getsockname": func(L *lua.LState) int { return mine(L).end(L, (*conn.Conn).SocketLocal) },
	})
}

// failed pushes nil, an error, and more.
func failed(L *lua.LState, msg string, more ...lua.LValue) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(msg))
	for _, v := range more {
		L.Push(v)
	}
	return 2 + len(more)
}

// endpoint reads the address of connect; port is its last argument, 0 for none.
func endpoint(addr string, port int) (o conn.DialOptions, ok bool) {
	kind, rest, given := strings.Cut(addr, "@")
	if !given {
		kind, rest = "", addr
	}
	switch {
	case kind == "unix", kind == "" && strings.HasPrefix(rest, "/"):
		return conn.DialOptions{Path: rest}, true
	case kind == "abns":
		return conn.DialOptions{Path: rest, Abstract: true}, true
	case kind != "" && kind != "ipv4" && kind != "ipv6" && kind != "ip":
		return o, false
	}
	if port == 0 {
		i := strings.LastIndexByte(rest, ':')
		if i < 0 {
			return o, false
		}
		n, err := strconv.Atoi(rest[i+1:])
		if err != nil {
			return o, false
		}
		rest, port = rest[:i], n
	}
	ip, err := netip.ParseAddr(strings.Trim(rest, "[]"))
	if err != nil || port < 1 || port > 65535 {
		return o, false
	}
	o.Addr = netip.AddrPortFrom(ip, uint16(port))
	return o, true
}

func (s *socket) connect(L *lua.LState, secure bool) int {
	if s.c != nil || s.closed {
		L.RaiseError("connect: already connected")
	}
	addr, port := text(L, 2), 0
	if L.Get(3) != lua.LNil {
		port = L.CheckInt(3)
	}
	s.r.mayWait(L)
	o, ok := endpoint(addr, port)
	if !ok {
		name := addr
		if ip, found := s.r.resolve(L, name); found && port > 0 && port < 65536 {
			o, ok = conn.DialOptions{Addr: netip.AddrPortFrom(ip, uint16(port))}, true
		}
	}
	if !ok {
		L.RaiseError("connect: cannot parse destination address '%s'", addr)
	}
	var config *tls.Config
	if secure {
		config = &tls.Config{InsecureSkipVerify: true, ServerName: serverName(strings.Trim(addr, "[]"))}
	}
	c, err := s.r.dial(L, o, s.timeout, config)
	if err != nil {
		return failed(L, "Can't connect")
	}
	s.c = c
	L.Push(lua.LNumber(1))
	return 1
}

// serverName is the name to ask for in TLS: none where there is an address only.
func serverName(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	return host
}

// dial connects, outside the state, and puts TLS over that where there is a config.
func (r *run) dial(L *lua.LState, o conn.DialOptions, timeout time.Duration, config *tls.Config) (*conn.Conn, error) {
	r.check(L)
	o.Timeout, o.Cancel = timeout, &r.cancel
	if r.stream != nil {
		o.Shard = r.stream.Session.Shard
	}
	var c *conn.Conn
	var err error
	r.outside(func() {
		if c, err = conn.Dial(&o); err != nil || config == nil {
			return
		}
		c.SetReadTimeout(timeout)
		c.SetWriteTimeout(timeout)
		err = r.cancel.Guard(c, func() error { return c.ClientTLS(config, nil) })
		if err != nil {
			c.Close()
		}
	})
	r.check(L)
	return c, err
}

// ready gives the connection, and sets its timeouts.
func (s *socket) ready(L *lua.LState) bool {
	s.r.mayWait(L)
	s.r.check(L)
	if s.c == nil {
		return false
	}
	s.c.SetReadTimeout(s.timeout)
	s.c.SetWriteTimeout(s.timeout)
	return true
}

// problem is what a script is told of an error.
func problem(err error) string {
	if conn.Cause(err) == conn.ErrTimeout {
		return "timeout"
	}
	return "connection closed."
}

func (s *socket) send(L *lua.LState) int {
	data := text(L, 2)
	n := len(data)
	from, to := 1, n
	if L.Get(3) != lua.LNil {
		from = int(max(position(integerArg(L, 3), n), 1))
	}
	if L.Get(4) != lua.LNil {
		to = int(min(position(integerArg(L, 4), n), int64(n)))
	}
	if !s.ready(L) {
		L.Push(lua.LNumber(-1))
		return 1
	}
	if from > to {
		L.Push(lua.LNumber(to))
		return 1
	}
	sent := 0
	var err error
	s.r.outside(func() {
		err = s.r.cancel.Guard(s.c, func() (err error) {
			sent, err = s.c.Write([]byte(data[from-1 : to]))
			return err
		})
	})
	s.r.check(L)
	if err != nil {
		return failed(L, problem(err), lua.LNumber(from-1+sent))
	}
	L.Push(lua.LNumber(to))
	return 1
}

// fill reads more.
func (s *socket) fill(L *lua.LState) error {
	var err error
	s.r.outside(func() {
		err = s.r.cancel.Guard(s.c, func() error {
			var b [4096]byte
			n, err := s.c.Read(b[:])
			s.in = append(s.in, b[:n]...)
			if n > 0 {
				return nil
			}
			return err
		})
	})
	s.r.check(L)
	return err
}

func (s *socket) receive(L *lua.LState) int {
	prefix := ""
	if L.Get(3) != lua.LNil {
		prefix = text(L, 3)
	}
	line, size := true, 0
	switch v := L.Get(2).(type) {
	case lua.LNumber:
		line, size = false, int(v)
	case lua.LString:
		switch {
		case v == "*a" || v == "a":
			line, size = false, longest
		case v == "*l" || v == "l":
		default:
			n, ok := whole(v)
			if !ok {
				L.RaiseError("Unsupported pattern.")
			}
			line, size = false, int(n)
		}
	}
	if !line && size < 0 {
		L.RaiseError("Unsupported pattern.")
	}
	if !s.ready(L) {
		return failed(L, "connection closed.")
	}
	give := func(data []byte, used int) int {
		L.Push(lua.LString(prefix + string(data)))
		if s.in = s.in[used:]; len(s.in) == 0 {
			s.in = nil
		}
		return 1
	}
	seen := 0
	for {
		switch {
		case line:
			if i := bytes.IndexByte(s.in[seen:], '\n'); i >= 0 {
				return give(bytes.TrimSuffix(s.in[:seen+i], []byte("\r")), seen+i+1)
			}
			seen = len(s.in)
		case len(s.in) >= size:
			return give(s.in[:size], size)
		}
		if len(s.in) >= longest {
			L.RaiseError("not enough memory")
		}
		err := s.fill(L)
		if err == nil {
			continue
		}
		partial := s.in
		s.in = nil
		if problem(err) != "timeout" && size == longest {
			L.Push(lua.LString(prefix + string(partial)))
			return 1
		}
		return failed(L, problem(err), lua.LString(prefix+string(partial)))
	}
}

// end pushes the address of one of the connection's ends.
func (s *socket) end(L *lua.LState, of func(*conn.Conn) netip.AddrPort) int {
	if s.c == nil {
		L.Push(lua.LNil)
		return 1
	}
	a := of(s.c)
	if !a.IsValid() {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(a.Addr().Unmap().String() + ":" + itoa(int(a.Port()))))
	return 1
}
