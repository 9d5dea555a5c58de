package runtime

import (
	"fmt"
	"net/netip"
	"time"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
)

// forwardListeners are the listeners for streams of all log-forward sections.
func (i *Instance) forwardListeners() (all []*core.Listener) {
	for _, f := range i.graph.LogForwards {
		all = append(all, f.Proxy.Listeners...)
	}
	return all
}

// bindDatagrams opens the sockets for datagrams that are not open yet.
func (i *Instance) bindDatagrams() (errs []error) {
	for _, f := range i.graph.LogForwards {
		for _, l := range f.Datagrams {
			if f.Sockets[l] != nil {
				continue
			}
			o := &conn.ListenOptions{
				Addr: netip.AddrPortFrom(l.Addr.IP, uint16(l.Port)), Interface: l.Interface, Transparent: l.Transparent,
				Namespace: conn.FindNamespace([]byte(l.Namespace)), NoReusePort: i.graph.Global.NoReusePort, V6Only: l.V6Only,
			}
			switch l.Addr.Kind {
			case value.Unix:
				o.Kind, o.Path = conn.ListenUnix, l.Addr.Path
			case value.Abstract:
				o.Kind, o.Path = conn.ListenAbstract, l.Addr.Path
			}
			c, err := conn.ListenPacket(o)
			if err != nil {
				errs = append(errs, bindError(l, err))
				continue
			}
			f.Sockets[l] = c
		}
	}
	return errs
}

// openForwardLogs opens the log targets of the log-forward sections.
func (i *Instance) openForwardLogs() {
	for _, f := range i.graph.LogForwards {
		if l, err := i.store.Logger(i.tag(f.Proxy.LogTag), i.allTargets(f.Proxy.Logs)); err != nil {
			i.say(diag.Alert, "Proxy "+f.Name+": "+err.Error())
		} else {
			f.Logger = l
		}
	}
}

// startForwarding takes the messages of the log-forward sections.
func (i *Instance) startForwarding() {
	for _, f := range i.graph.LogForwards {
		f.BufSize = i.graph.Global.Tune.BufSize
		f.Received = func() { i.process.At(0).ReceivedLogs.Add(1) }
		for _, c := range f.Sockets {
			go f.Take(c)
		}
		for _, l := range f.Proxy.Listeners {
			i.acceptForwarding(f, l)
		}
	}
}

func (i *Instance) acceptForwarding(f *core.LogForward, l *core.Listener) {
	if l.Live == nil {
		return
	}
	i.accepting.Add(1)
	conn.Go(func() {
		defer i.accepting.Done()
		l.Live.Serve(func(c *conn.Conn) {
			i.process.Connection(c.Shard(), conn.Now()+1)
			i.process.At(c.Shard()).Requests.Add(1)
			f.Connections.Add(1)
			conn.Go(func() {
				defer c.Close()
				if i.openedForForwarding(f, l, c) {
					f.Serve(c)
				}
			})
		})
	})
}

// handshakeTimeout bounds what comes before a client's first message.
const handshakeTimeout = 10 * time.Second

func (i *Instance) openedForForwarding(f *core.LogForward, l *core.Listener, c *conn.Conn) bool {
	c.SetReadDeadlineAt(conn.Now() + handshakeTimeout.Milliseconds())
	c.SetWriteTimeout(handshakeTimeout)
	if l.AcceptProxy {
		if _, err := conn.AcceptProxy(c, make([]byte, proxyproto.MaxV1)); err != nil {
			return false
		}
	}
	if l.SSL != nil && l.SSL.On {
		if _, err := l.SSL.Serve(c); err != nil {
			return false
		}
	}
	c.SetReadDeadlineAt(0)
	return true
}

// stopForwarding closes the sockets for datagrams, and says so.
func (i *Instance) stopForwarding() {
	for _, f := range i.graph.LogForwards {
		f.Stop()
		for _, c := range f.Sockets {
			c.Close()
		}
		n := f.Connections.Load()
		i.say(diag.Warning, fmt.Sprintf("Proxy %s stopped (cumulated conns: FE: %d, BE: %d).", f.Name, n, n))
	}
}
