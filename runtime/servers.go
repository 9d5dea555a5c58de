package runtime

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/section/proxy"
)

// server finds "backend/server", or "server" in p.
func (i *Instance) server(p *core.Proxy, name string) *core.Server {
	if be, srv, ok := strings.Cut(name, "/"); ok {
		p, name = i.graph.Backends[be], srv
	}
	if p == nil {
		return nil
	}
	for _, s := range p.Servers {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// serverConfig is what the health package has to know of a server.
func (i *Instance) serverConfig(p *core.Proxy, s *core.Server) health.ServerConfig {
	c := health.ServerConfig{
		Name: s.Name, Backup: s.Backup, Disabled: s.Disabled || p.Disabled, Weight: s.Weight,
		SlowStart: s.SlowStart, ErrorLimit: s.ErrorLimit,
		ShutdownSessions:       s.OnMarkedDown == "shutdown-sessions",
		ShutdownBackupSessions: s.OnMarkedUp == "shutdown-backup-sessions",
	}
	switch s.Observe {
	case "layer4":
		c.Observe = health.ObserveLayer4
	case "layer7":
		c.Observe = health.ObserveLayer7
	}
	switch s.OnError {
	case "fastinter":
		c.OnError = health.FastInter
	case "sudden-death":
		c.OnError = health.SuddenDeath
	case "mark-down":
		c.OnError = health.MarkDown
	}
	pace := health.Pace{Inter: s.Inter, FastInter: s.FastInter, DownInter: s.DownInter, Rise: s.Rise, Fall: s.Fall}
	if s.Check && s.Track == "" {
		c.Check = &health.Check{
			Pace: pace, Probe: proxy.Probe(p, serverLoad(p, s)), Target: checkTarget(s, s.CheckAddr, s.CheckPort),
			ConnectTimeout: p.Timeout.Connect, Timeout: p.Timeout.Check,
		}
		switch s.InitState {
		case "fully-up":
			c.Check.Init = health.InitFullyUp
		case "down":
			c.Check.Init = health.InitDown
		case "fully-down":
			c.Check.Init = health.InitFullyDown
		}
		if p.Check.Kind == "external-check" {
			c.Check.Probe = externalCheck(p, s)
		}
		if script, ok := c.Check.Probe.(*health.Script); ok {
			script.Begin = proxy.CheckMemory(s)
		}
		if s.CheckSendProxy || s.SendProxy > 0 && s.CheckPort == 0 && s.CheckAddr == (value.Addr{}) {
			c.Check.Preamble = preamble(s, i.graph.Global.NeverSendLocal)
		}
		c.Check.Secure = func(sni string, alpn []string) health.Wrapper {
			return func(ctx context.Context, n net.Conn) (net.Conn, error) { return s.SSL.Wrap(ctx, n, sni, alpn) }
		}
		if s.CheckSSL || s.SSL.On && s.CheckPort == 0 && s.CheckAddr == (value.Addr{}) {
			alpn := s.SSL.CheckALPN
			if alpn == nil {
				alpn = s.SSL.ALPN
			}
			c.Check.TLS = c.Check.Secure(s.SSL.CheckSNI, alpn)
		}
		if c.Check.Proto = s.CheckProto; c.Check.Proto == "" {
			c.Check.Proto = s.Proto
		}
	}
	if s.Agent.Check {
		inter := s.Agent.Inter
		if inter == 0 {
			inter = s.Inter
		}
		c.Agent = &health.Agent{
			Pace:   health.Pace{Inter: inter, Rise: 1, Fall: 1},
			Target: checkTarget(s, s.Agent.Addr, s.Agent.Port), Send: s.Agent.Send,
			ConnectTimeout: p.Timeout.Connect, Timeout: p.Timeout.Check,
		}
	}
	return c
}

// serverLoad is what "http-check send-state" tells of a server.
func serverLoad(p *core.Proxy, s *core.Server) func() health.Load {
	return func() health.Load {
		return health.Load{
			Sessions:        int(s.Stats.Current.Load()),
			BackendSessions: int(p.BE.Current.Load()),
			Queued:          s.Queue.Len(),
		}
	}
}

// checkTarget is where a check connects to: the server, but for what addr and
// port say otherwise.
func checkTarget(s *core.Server, addr value.Addr, port int) health.Target {
	ep := s.Dial.Load()
	if ep != nil && ep.Options.Path != "" && addr == (value.Addr{}) {
		return health.Target{Network: "unix", Address: ep.Options.Path, Private: s}
	}
	host, p := "", 0
	if ep != nil {
		host, p = ep.Options.Addr.Addr().String(), int(ep.Options.Addr.Port())
	}
	if addr.IP.IsValid() {
		host = addr.IP.String()
		if addr.HasPort {
			p = addr.Port
		}
	}
	if port != 0 {
		p = port
	}
	return health.Target{Network: "tcp", Address: net.JoinHostPort(host, strconv.Itoa(p)), Private: s}
}

// preamble is the PROXY header that a check sends. One of version 2 tells of no
// address, unless never has it tell those of the check itself.
func preamble(s *core.Server, never bool) func(net.Conn) []byte {
	switch {
	case s.SendProxy == 2 && never:
		return func(c net.Conn) []byte {
			return proxyproto.AppendV2(nil, addrPort(c.LocalAddr()), addrPort(c.RemoteAddr()), nil)
		}
	case s.SendProxy == 2:
		return health.ProxyV2
	}
	return health.ProxyV1
}

// addrPort is the address of one end of a TCP connection, and invalid for others.
func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		return t.AddrPort()
	}
	return netip.AddrPort{}
}

// dialer opens the connections of checks.
type dialer struct{}

// Dial implements [health.Dialer].
func (d dialer) Dial(ctx context.Context, t health.Target) (net.Conn, error) {
	s, _ := t.Private.(*core.Server)
	return d.connect(ctx, t, s, s != nil && s.CheckViaSOCKS4)
}

// connect opens a connection to a server, through its SOCKS proxy if so wished.
func (dialer) connect(ctx context.Context, t health.Target, s *core.Server, socks bool) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	if s != nil && t.Network == "tcp" {
		src := s.Source
		if src == nil {
			src = s.Proxy.Source
		}
		if src != nil && src.Addr.IsValid() && src.Transparent == "" {
			d.LocalAddr = &net.TCPAddr{IP: src.Addr.AsSlice()}
		}
	}
	var ns *conn.Namespace
	if s != nil {
		ns = conn.FindNamespace([]byte(s.Namespace))
	}
	var c net.Conn
	var err error
	out := ns.Within(func() {
		if s != nil && socks && s.SOCKS4.IsValid() && t.Network == "tcp" {
			c, err = dialSOCKS4(ctx, &d, s.SOCKS4, t.Address)
		} else {
			c, err = d.DialContext(ctx, t.Network, t.Address)
		}
	})
	if out != nil {
		return nil, socketFailure{out}
	}
	return c, err
}

// dialSOCKS4 connects to an address through a SOCKS proxy.
func dialSOCKS4(ctx context.Context, d *net.Dialer, proxy netip.AddrPort, address string) (net.Conn, error) {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !to.Addr().Unmap().Is4() {
		return nil, socketFailure{errors.New("no address of IPv4")}
	}
	c, err := d.DialContext(ctx, "tcp", proxy.String())
	if err != nil {
		return nil, err
	}
	if limit, ok := ctx.Deadline(); ok {
		c.SetDeadline(limit)
	}
	if err := conn.SOCKS4(c, to); err != nil {
		c.Close()
		var t net.Error
		if errors.As(err, &t) && t.Timeout() {
			return nil, err
		}
		return nil, socketFailure{err}
	}
	c.SetDeadline(time.Time{})
	return c, nil
}

// socketFailure has a check say that the socket failed, as HAProxy does of a SOCKS
// proxy that refuses, or a network namespace that cannot be entered.
type socketFailure struct{ error }

// SocketError implements what package health looks for.
func (socketFailure) SocketError() {}

// hooks is what happens to a server's traffic when its state changes.
type hooks struct{ server *core.Server }

// Changed implements [health.Hooks].
func (h *hooks) Changed() {
	if lb := h.server.Proxy.Fleet().LB; lb != nil {
		lb.Update(h.server.Index)
	}
}

// Load implements [health.Hooks].
func (h *hooks) Load() (sessions, queued int) {
	return int(h.server.Stats.Current.Load()), h.server.Queue.Len()
}

// Requeue implements [health.Hooks].
func (h *hooks) Requeue() int {
	if h.server.Proxy.Redispatch == 0 {
		return 0 // the streams wait on, until the queue's timeout
	}
	return h.server.Queue.Drain()
}

// Grab implements [health.Hooks].
func (h *hooks) Grab() int { return h.server.ServeQueue() }

// Shutdown implements [health.Hooks].
func (h *hooks) Shutdown(r health.ShutdownReason) {
	if r == health.ShutdownDown {
		h.server.Streams.End('D')
		return
	}
	for _, s := range h.server.Proxy.Fleet().Servers {
		if s.Backup {
			s.Streams.End('U')
		}
	}
}

// LimitSessions implements [health.Hooks].
func (h *hooks) LimitSessions(maxconn int) {
	h.server.Limit.Store(int64(maxconn))
	h.server.ServeQueue()
}

// notifier sends the messages about servers to stderr and to the backend's log
// targets.
type notifier struct{ i *Instance }

// Notify implements [health.Notifier].
func (n notifier) Notify(e health.Event) {
	if e.Message != "" {
		s := diag.Warning
		if e.Level <= health.Alert {
			s = diag.Alert
		}
		n.i.say(s, e.Message)
	}
	if e.Log == "" {
		return
	}
	p := n.i.graph.Backends[e.Backend.Name()]
	if p == nil {
		return
	}
	if p.Logger != nil {
		p.Logger.Log(logs.Level(e.LogLevel), []byte(e.Log))
	}
	if p.Email.Section != nil && e.Mail != 0 && logs.Level(e.Mail) <= p.Email.Level {
		n.i.mail(&p.Email, strings.TrimSuffix(e.Log, "."))
	}
}
