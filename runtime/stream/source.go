package stream

import (
	"net/netip"

	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
)

// target is the address to connect to: the server's, but for what is the client's
// choice. It is invalid where that is unknown, and for unix sockets.
func (st *stream) target(ep *core.Endpoint) netip.AddrPort {
	to, dst := ep.Options.Addr, st.Session.Dst
	addr, port := to.Addr(), to.Port()
	if ep.ClientAddr {
		addr = dst.Addr()
	}
	if ep.ClientPort {
		port = uint16(int(dst.Port()) + ep.PortOffset)
	}
	return netip.AddrPortFrom(addr, port)
}

// sourceAddress sets the address to connect from ("source"). It reports false where
// that is unknown.
func (st *stream) sourceAddress(o *conn.DialOptions) bool {
	src := st.source()
	if src == nil {
		return true
	}
	o.Interface = src.Interface
	switch src.Transparent {
	case "":
		if src.Addr.IsValid() {
			o.Source = netip.AddrPortFrom(src.Addr, uint16(src.Port))
			if src.PortEnd > src.Port {
				o.Ports = conn.PortRange{First: uint16(src.Port), Last: uint16(src.PortEnd)}
			}
		}
	case "client":
		o.Source, o.Transparent = st.Session.Src, true
	case "clientip":
		o.Source, o.Transparent = netip.AddrPortFrom(st.Session.Src.Addr(), 0), true
	case "address":
		o.Source, o.Transparent = src.Foreign, true
	case "hdr_ip":
		return st.headerSource(o, src.Header)
	}
	return true
}

// headerSource connects from the address that a header of the request tells. It
// reports whether one does.
func (st *stream) headerSource(o *conn.DialOptions, header core.Expr) bool {
	if header == nil {
		return false
	}
	p := st.Borrow()
	defer st.Return()
	st.Response, st.Complete = false, true
	if !header.Eval(&st.Stream, core.Any, p) || !p.IP.IsValid() {
		return false
	}
	o.Source, o.Transparent = netip.AddrPortFrom(p.IP, 0), true
	return true
}

// sendProxyHeader tells the server who the client is ("send-proxy").
func (st *stream) sendProxyHeader(c *conn.Conn) error {
	src, dst := st.Session.Src, st.Session.Dst
	b := st.head[:0]
	if st.Server.SendProxy == 1 {
		b = proxyproto.AppendV1(b, src, dst)
	} else {
		b = proxyproto.AppendV2(b, src, dst, st.proxyOptions())
	}
	st.head = b
	_, err := c.Write(b)
	return err
}

// proxyOptions are the TLVs that "proxy-v2-options" asks for.
func (st *stream) proxyOptions() *proxyproto.Options {
	words := st.Server.ProxyV2Options
	if len(words) == 0 {
		return nil
	}
	o := new(proxyproto.Options)
	var tls, name, cipher, sig, key bool
	for _, w := range words {
		switch w {
		case "authority":
			if t := st.Session.TLS; t != nil && t.SNI != "" {
				o.Authority = []byte(t.SNI)
			}
		case "ssl":
			tls = true
		case "cert-cn":
			tls, name = true, true
		case "ssl-cipher":
			tls, cipher = true, true
		case "cert-sig":
			tls, sig = true, true
		case "cert-key":
			tls, key = true, true
		case "crc32c":
			o.CRC32C = true
		case "unique-id":
			o.UniqueID = st.UniqueID()
		}
	}
	if tls {
		o.TLVs = st.tlsTLV(st.Scratch(512)[:0], name, cipher, sig, key)
	}
	return o
}
