package health

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
)

// Wrapper puts TLS on a connection. It ends with the context.
type Wrapper func(context.Context, net.Conn) (net.Conn, error)

// Connect opens a connection (`tcp-check connect`, `http-check connect`). It
// closes the one before.
type Connect struct {
	Port int    // `port`, 0 for the check's
	Addr string // `addr`, "" for the check's

	// Default is `default`: the check's own preamble and TLS apply, as they do
	// for the connection that a script without Connect makes.
	Default  bool
	Preamble func(net.Conn) []byte // `send-proxy`
	TLS      bool                  // `ssl`
	SNI      string                // `sni`
	ALPN     []string              // `alpn`
	Proto    string                // `proto`, "" for what TLS agrees on
	Remark   string                // `comment`
}

func (c *Connect) run(a *Attempt, at position) (Result, bool) {
	a.hangUp()
	var secure Wrapper
	preamble, proto := c.Preamble, c.Proto
	switch {
	case c.Default || at.number == 0:
		preamble, secure = a.check.Preamble, a.check.TLS
		if proto == "" {
			proto = a.check.Proto
		}
	case c.TLS:
		secure = a.check.Secure(c.SNI, c.ALPN)
	}
	r, ok := a.dial(c.target(a.check.Target), preamble, secure)
	if !ok {
		r.Info += at.where(c)
		return r, true
	}
	if at.script.HTTP && (proto == "h2" || proto == "" && agreed(a.conn) == "h2") {
		a.http2 = newHTTP2(a.conn, secure != nil)
	}
	if secure != nil {
		return Result{Status: L6OK}, false
	}
	return Result{Status: L4OK}, false
}

// agreed is the protocol that TLS has agreed on, "" for none.
func agreed(c net.Conn) string {
	if t, ok := c.(interface{ ConnectionState() tls.ConnectionState }); ok {
		return t.ConnectionState().NegotiatedProtocol
	}
	return ""
}

func (c *Connect) target(t Target) Target {
	if c.Addr == "" && c.Port == 0 {
		return t
	}
	host, port, err := net.SplitHostPort(t.Address)
	if err != nil {
		return t
	}
	if c.Addr != "" {
		host = c.Addr
	}
	if c.Port != 0 {
		port = strconv.Itoa(c.Port)
	}
	t.Address = net.JoinHostPort(host, port)
	return t
}

func (c *Connect) describe() string {
	if c.Port != 0 {
		return "connect port " + strconv.Itoa(c.Port)
	}
	return "connect"
}

func (c *Connect) remark() string { return c.Remark }
