package stream

import (
	"net/netip"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// open connects to what o says, through a SOCKS proxy where there is one, which has
// until the deadline, if that is not 0, to agree.
func (st *stream) open(o *conn.DialOptions, proxy netip.AddrPort, deadline int64) (*conn.Conn, error) {
	st.Log.ServerError = 0
	if !proxy.IsValid() {
		return conn.Dial(o)
	}
	to := o.Addr
	if !to.Addr().Unmap().Is4() {
		st.Log.ServerError = core.FindConnError("") // what the protocol has no form for
		return nil, conn.ErrOther
	}
	o.Addr = proxy
	c, err := conn.Dial(o)
	if err != nil {
		return nil, err
	}
	c.SetReadDeadlineAt(deadline)
	c.SetWriteDeadlineAt(deadline)
	if err = o.Cancel.Guard(c, func() error { return conn.SOCKS4(c, to) }); err != nil {
		st.Log.ServerError = socks4Errors[err]
		c.Close()
		return nil, err
	}
	c.SetReadDeadlineAt(0)
	c.SetWriteDeadlineAt(0)
	c.Tunnelled(to)
	return c, nil
}

var socks4Errors = map[error]core.ConnError{
	conn.ErrSOCKS4Write:  core.FindConnError("SOCKS4 Proxy write error during handshake"),
	conn.ErrSOCKS4Read:   core.FindConnError("SOCKS4 Proxy read error during handshake"),
	conn.ErrSOCKS4Denied: core.FindConnError("SOCKS4 Proxy deny the request"),
}
