package runtime

import (
	"context"
	"net"
	"strings"
	"time"

	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/ring"
)

// startRings sends what rings hold to their servers.
func (i *Instance) startRings() {
	for _, r := range i.graph.Rings.All {
		if r.Proxy == nil {
			continue
		}
		for _, s := range r.Proxy.Servers {
			f := &ring.Forwarder{
				Buffer: r.Buffer, Connect: r.Proxy.Timeout.Connect, Server: r.Proxy.Timeout.Server,
				Counted: s.LogProto == "octet-count",
				Dial:    func(ctx context.Context) (net.Conn, error) { return i.dialRing(ctx, s) },
			}
			f.Start()
			i.forwarders = append(i.forwarders, f)
		}
	}
}

// stopRings sends what is left and ends.
func (i *Instance) stopRings() {
	for _, f := range i.forwarders {
		f.Close()
	}
}

// dialRing connects to a server of a ring, with all that its line asks for.
func (i *Instance) dialRing(ctx context.Context, s *core.Server) (net.Conn, error) {
	c, err := dialer{}.connect(ctx, checkTarget(s, value.Addr{}, 0), s, true)
	if err != nil {
		return nil, err
	}
	limit, _ := ctx.Deadline()
	c.SetDeadline(limit)
	if s.SendProxy > 0 {
		if _, err := c.Write(preamble(s, i.graph.Global.NeverSendLocal)(c)); err != nil {
			c.Close()
			return nil, err
		}
	}
	if s.SSL.On {
		wrapped, err := s.SSL.Wrap(ctx, c, constantSNI(s), s.SSL.ALPN)
		if err != nil {
			c.Close()
			return nil, err
		}
		c = wrapped
	}
	c.SetDeadline(time.Time{})
	return c, nil
}

// constantSNI is the name of "sni", which can only be a constant where there is no
// stream, or else that of "verifyhost".
func constantSNI(s *core.Server) string {
	if e := s.SSL.SNI; e != nil {
		if name, ok := strings.CutPrefix(e.Text(), "str("); ok && strings.IndexByte(name, ')') == len(name)-1 {
			return name[:len(name)-1]
		}
	}
	return s.SSL.Host
}
