package runtime

import (
	"net/netip"
	"os"
	"time"

	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// peersTimeout bounds a connection to a peer, and what comes before the hello.
const peersTimeout = 5 * time.Second

// buildPeers tells the peers sections what they need to know.
func (i *Instance) buildPeers() {
	g := i.graph.Global
	for _, s := range i.graph.Peers {
		s.BufSize, s.MaxUpdates, s.PID = g.Tune.BufSize, g.MaxPeerUpdates, os.Getpid()
		for n, p := range s.Peers {
			srv := s.Proxy.Servers[n]
			switch {
			case p.Local && len(s.Proxy.Listeners) > 0:
				p.Addr = s.Proxy.Listeners[0].Addr.String()
				p.Dial = i.dialSelf(srv, s.Proxy.Listeners[0])
			case !p.Local && srv.Addr != (value.Addr{}):
				p.Dial = func(x *conn.Cancel) (*conn.Conn, error) { return dialPeer(srv, x) }
			}
		}
	}
}

// dialSelf connects to where this process listened, and the next one does.
func (i *Instance) dialSelf(srv *core.Server, l *core.Listener) func(*conn.Cancel) (*conn.Conn, error) {
	ip := l.Addr.IP
	switch {
	case !ip.IsUnspecified():
	case ip.Is4():
		ip = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	default:
		ip = netip.IPv6Loopback()
	}
	ep := &core.Endpoint{}
	ep.Options = conn.DialOptions{Addr: netip.AddrPortFrom(ip, uint16(l.Port))}
	switch l.Addr.Kind {
	case value.Unix:
		ep.Options.Path = l.Addr.Path
	case value.Abstract:
		ep.Options.Path, ep.Options.Abstract = l.Addr.Path, true
	}
	return func(x *conn.Cancel) (*conn.Conn, error) { return dialEndpoint(srv, ep, x) }
}

// dialPeer connects to a peer.
func dialPeer(s *core.Server, x *conn.Cancel) (*conn.Conn, error) {
	ep := s.Dial.Load()
	if ep == nil || ep.ClientPort {
		return nil, conn.ErrUnreachable
	}
	return dialEndpoint(s, ep, x)
}

// dialEndpoint connects as the options of a peer's line say.
func dialEndpoint(s *core.Server, ep *core.Endpoint, x *conn.Cancel) (*conn.Conn, error) {
	o := ep.Options
	o.Timeout, o.Cancel = peersTimeout, x
	if src := s.Source; src != nil {
		if o.Interface = src.Interface; src.Addr.IsValid() && src.Transparent == "" {
			o.Source = netip.AddrPortFrom(src.Addr, uint16(src.Port))
			if src.PortEnd > src.Port {
				o.Ports = conn.PortRange{First: uint16(src.Port), Last: uint16(src.PortEnd)}
			}
		}
	}
	to := o.Addr
	if s.SOCKS4.IsValid() {
		o.Addr = s.SOCKS4
	}
	c, err := conn.Dial(&o)
	if err != nil {
		return nil, err
	}
	deadline := conn.Now() + peersTimeout.Milliseconds()
	c.SetReadDeadlineAt(deadline)
	c.SetWriteDeadlineAt(deadline)
	if err := x.Guard(c, func() error { return openPeer(s, c, to) }); err != nil {
		c.Close()
		return nil, err
	}
	c.SetReadDeadlineAt(0)
	c.SetWriteDeadlineAt(0)
	return c, nil
}

// openPeer sends what comes before the protocol.
func openPeer(s *core.Server, c *conn.Conn, to netip.AddrPort) error {
	if s.SOCKS4.IsValid() {
		if err := conn.SOCKS4(c, to); err != nil {
			return err
		}
	}
	var header []byte
	switch s.SendProxy {
	case 1:
		header = proxyproto.AppendV1(nil, c.Local(), c.Remote())
	case 2:
		header = proxyproto.AppendLocal(nil)
	}
	if header != nil {
		if _, err := c.Write(header); err != nil {
			return err
		}
	}
	if !s.SSL.On {
		return nil
	}
	_, err := s.SSL.Connect(c, "", "")
	return err
}

// startPeers has the sections talk to their peers. Their listeners are served
// apart from those of traffic.
func (i *Instance) startPeers() {
	for _, s := range i.graph.Peers {
		if s.Disabled {
			continue
		}
		s.Start(i.options.Successor)
		for _, l := range s.Proxy.Listeners {
			i.acceptPeers(s, l)
		}
	}
}

func (i *Instance) acceptPeers(s *core.Peers, l *core.Listener) {
	if l.Live == nil {
		return
	}
	i.accepting.Add(1)
	conn.Go(func() {
		defer i.accepting.Done()
		l.Live.Serve(func(c *conn.Conn) {
			i.process.Connection(c.Shard(), conn.Now()+1)
			conn.Go(func() {
				defer c.Close()
				if i.openedByPeer(s, l, c) {
					s.Serve(c)
				}
			})
		})
	})
}

// openedByPeer reads what comes before the protocol.
func (i *Instance) openedByPeer(s *core.Peers, l *core.Listener, c *conn.Conn) bool {
	deadline := conn.Now() + peersTimeout.Milliseconds()
	c.SetReadDeadlineAt(deadline)
	c.SetWriteDeadlineAt(deadline)
	refused := func(text string) bool {
		if lg := s.Proxy.Logger; lg != nil {
			b := logs.AppendDate(append([]byte(c.Remote().String()), " ["...), time.Now())
			b = append(append(append(b, "] "...), s.Proxy.Name...), '/')
			lg.Log(logs.Info, append(append(append(b, l.Label()...), ": "...), text...))
		}
		return false
	}
	if l.AcceptProxy {
		if _, err := conn.AcceptProxy(c, make([]byte, proxyproto.MaxV1)); err != nil {
			return refused(err.Error())
		}
	}
	if l.SSL != nil && l.SSL.On {
		if st, err := l.SSL.Serve(c); err != nil {
			return refused(st.Failure.Text)
		}
	}
	c.SetReadDeadlineAt(0)
	c.SetWriteDeadlineAt(0)
	return true
}

// stopPeers ends what startPeers began, and has the next process taught what the
// tables hold. The listeners are closed.
func (i *Instance) stopPeers() {
	for _, s := range i.graph.Peers {
		s.Stop()
	}
}

// waitPeers waits until the next process has been taught.
func (i *Instance) waitPeers() {
	for _, s := range i.graph.Peers {
		s.Wait()
	}
}

func (i *Instance) killPeers() {
	for _, s := range i.graph.Peers {
		s.Kill()
	}
}

// peersListeners are the listeners of all peers sections.
func (i *Instance) peersListeners() (all []*core.Listener) {
	for _, s := range i.graph.Peers {
		if !s.Disabled {
			all = append(all, s.Proxy.Listeners...)
		}
	}
	return all
}

// openPeersLogs opens the log targets of the peers sections.
func (i *Instance) openPeersLogs() {
	for _, s := range i.graph.Peers {
		s.Proxy.Logger = i.logger(s.Proxy.Name, i.tag(s.Proxy.LogTag), i.allTargets(s.Proxy.Logs))
	}
}
