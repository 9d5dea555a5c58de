package runtime

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/reload"
)

// Bind opens every listener that is not open yet, taking those that old has. It
// may be called again after errors, whose texts are HAProxy's.
func (i *Instance) Bind(old *reload.Sockets) []error {
	i.mu.Lock()
	defer i.mu.Unlock()
	config := conn.Config{
		Threads: i.graph.Global.NbThread, NoLoops: i.graph.Global.NoEpoll, CPUs: i.graph.Global.CPUMap,
		OnPanic: i.panicked, OnStall: i.stalled,
	}
	if !i.graph.Global.NoMemoryTrimming {
		config.OnQuiet = newTrimmer().quiet
	}
	conn.Configure(config)
	if i.limit == nil {
		i.settleLimits()
		i.limit = conn.NewLimit(int64(i.graph.Global.MaxConn))
		if n := i.graph.Global.MaxSSLConn; n > 0 {
			i.tlsLimit = conn.NewLimit(int64(n))
		}
	}
	var errs []error
	limits := map[*core.Proxy]*conn.Limit{}
	for _, l := range i.listeners() {
		if l.Live != nil {
			continue
		}
		if limits[l.Proxy] == nil {
			limits[l.Proxy] = conn.NewLimit(int64(i.frontendLimit(l.Proxy)))
		}
		live, err := i.open(l, limits[l.Proxy], old)
		if err != nil {
			errs = append(errs, bindError(l, err))
			continue
		}
		l.Live = live
		for _, w := range live.Warnings() {
			i.say(diag.Warning, bindError(l, w).Error())
		}
	}
	return errs
}

// frontendLimit is a frontend's maxconn.
func (i *Instance) frontendLimit(p *core.Proxy) int {
	g := i.graph.Global
	switch {
	case p == g.StatsProxy && g.StatsMaxConn > 0:
		return g.StatsMaxConn
	case p == g.StatsProxy:
		return defaultStatsMaxConn
	}
	return p.MaxConn
}

// defaultStatsMaxConn is how many clients the stats sockets take at once when
// "stats maxconn" does not say.
const defaultStatsMaxConn = 10

// open opens one listener.
func (i *Instance) open(l *core.Listener, frontend *conn.Limit, old *reload.Sockets) (*conn.Listener, error) {
	p := l.Proxy
	o := &conn.ListenOptions{
		Threads: l.Threads, Backlog: l.Backlog, Maxconn: l.MaxConn, Limits: []*conn.Limit{frontend},
		V6Only: l.V6Only, Transparent: l.Transparent, Interface: l.Interface,
		Namespace:   conn.FindNamespace([]byte(l.Namespace)),
		DeferAccept: l.DeferAccept, FastOpen: l.TFO, MSS: l.MSS, NoReusePort: i.graph.Global.NoReusePort,
		UserTimeout: time.Duration(l.UserTimeout) * time.Millisecond,
		Mode:        os.FileMode(l.Mode), UID: owner(l.UID), GID: owner(l.GID),
		OnError: func(err error) { i.acceptFailed(p, err) },
	}
	if o.Apart = p.Mode == core.CLI || p.Kind == "peers"; !o.Apart {
		o.Limits = append(o.Limits, i.limit)
	}
	if l.SSL != nil && l.SSL.On && i.tlsLimit != nil {
		o.Limits = append(o.Limits, i.tlsLimit)
	}
	if o.Backlog == 0 {
		o.Backlog = p.Backlog
	}
	a := reload.Address{Interface: l.Interface, Namespace: l.Namespace, V6Only: l.V6Only, Transparent: l.Transparent}
	switch l.Addr.Kind {
	case value.Unix:
		o.Kind, o.Path = conn.ListenUnix, l.Addr.Path
		a.Path = l.Addr.Path
	case value.Abstract:
		o.Kind, o.Path = conn.ListenAbstract, l.Addr.Path
		a.Path, a.Abstract = l.Addr.Path, true
	case value.FD:
		o.Kind, o.FD = conn.ListenFD, l.Addr.FD
	case value.SockPair:
		o.Kind, o.FD = conn.ListenSockPair, l.Addr.FD
	default:
		ip := l.Addr.IP
		o.Addr = netip.AddrPortFrom(ip, uint16(l.Port))
		a.TCP = o.Addr
	}
	if l.Addr.Kind != value.FD && l.Addr.Kind != value.SockPair {
		if fd, ok := old.Take(a); ok {
			o.FD = fd
		}
	}
	return conn.Listen(o)
}

// owner is a user or group of a socket, nil for -1, which leaves it.
func owner(id int) *int {
	if id < 0 {
		return nil
	}
	return &id
}

// bindError words an error as HAProxy does.
func bindError(l *core.Listener, err error) error {
	verb := "Binding"
	var be *conn.BindError
	if errors.As(err, &be) && be.Starting {
		verb = "Starting"
	}
	what := l.Proxy.String()
	if l.Proxy.Mode == core.CLI {
		what = "proxy"
	}
	return fmt.Errorf("%s [%s:%d] for %s %s: %s", verb, l.Pos.File, l.Pos.Line, what, l.Proxy.Name, strings.TrimSpace(err.Error()))
}

// acceptFailed says why a frontend cannot take connections.
func (i *Instance) acceptFailed(p *core.Proxy, err error) {
	i.say(diag.Alert, fmt.Sprintf("Proxy %s: cannot accept connections: %s", p.Name, conn.Strerror(err)))
}

// panicked reports a panic that ended one connection.
func (i *Instance) panicked(_ *conn.Conn, v any, stack []byte) {
	i.say(diag.Alert, fmt.Sprintf("internal error, one connection ended: %v\n%s", v, stack))
}

// stalled reports a task that keeps a thread from everything else.
func (i *Instance) stalled(thread int, d time.Duration, stack []byte) {
	i.say(diag.Warning, fmt.Sprintf("internal error, thread %d has been busy with one thing for %s:\n%s", thread+1, d, stack))
}

// Sockets lists the open listening sockets, for hand-over to a new process.
func (i *Instance) Sockets(f func([]reload.Socket) error) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	var all []reload.Socket
	for _, l := range i.listeners() {
		if l.Live == nil {
			continue
		}
		l.Live.WithFD(func(fd int) error {
			all = append(all, reload.Socket{FD: fd, Interface: l.Interface, Namespace: l.Namespace})
			return nil
		})
	}
	return f(all)
}
