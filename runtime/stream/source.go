package stream

import (
	"net/netip"

	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
)

// mapPort gives the server the port that the client connected to, shifted as
// the server's address says.
func (st *stream) mapPort(o *conn.DialOptions, ep *core.Endpoint) {
	port := int(st.Session.Dst.Port()) + ep.PortOffset
	o.Addr = netip.AddrPortFrom(o.Addr.Addr(), uint16(port))
}

// sourceAddress sets the address to connect from ("source").
func (st *stream) sourceAddress(o *conn.DialOptions) {
	src := st.Server.Source
	if src == nil {
		src = st.Backend.Source
	}
	if src == nil {
		return
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
	}
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
