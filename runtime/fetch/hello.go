package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// The first bytes of a TLS client tell a proxy where it wants to go before
// anything is encrypted (RFC 8446 section 4.1.2, RFC 6066 section 3, RFC 7301).
func init() {
	for _, name := range []string{"req.ssl_hello_type", "req_ssl_hello_type"} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{
				Name: name, Manual: "7.3.5", Doc: "The type of the TLS hello that the client sent: 1 for a ClientHello.", OK: []string{name + " 1"},
			},
			Out: core.Sint, At: registry.RequestData, Needs: requestSide.buffer(),
			Compile: plain(func(s *core.Stream, p *core.Sample) bool { return helloType(s, p, requestSide, 1) }),
		})
	}
	for _, name := range []string{"res.ssl_hello_type", "rep_ssl_hello_type"} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{
				Name: name, Manual: "7.3.5", Doc: "The type of the TLS hello that the server sent: 2 for a ServerHello.", OK: []string{name + " 2"},
			},
			Out: core.Sint, At: registry.ResponseData, Needs: responseSide.buffer(),
			Compile: plain(func(s *core.Stream, p *core.Sample) bool { return helloType(s, p, responseSide, 2) }),
		})
	}
	for _, name := range []string{"req.ssl_sni", "req_ssl_sni"} {
		registry.Fetches.Add(fromHello(name, core.Str, "The server name that a TLS client asks for.", (*hello).serverName))
	}
	for _, name := range []string{"req.ssl_ver", "req_ssl_ver"} {
		registry.Fetches.Add(fromHello(name, core.Sint, "The TLS version in the client's hello: the major number times 65536 plus the minor one.",
			func(h *hello, p *core.Sample) bool {
				p.SetInt(int64(h.version>>8)<<16 | int64(h.version&0xff))
				return true
			}))
	}
	registry.Fetches.Add(
		fromHello("req.ssl_alpn", core.Str, "The protocol that a TLS client offers first (ALPN).", (*hello).protocol),
		fromHello("req.ssl_ec_ext", core.Bool, "True for a TLS client that supports elliptic curves.", func(h *hello, p *core.Sample) bool {
			_, ok := h.extension(10)
			p.SetBool(ok)
			return ok
		}),
		fromHello("req.ssl_st_ext", core.Sint, "0 for a TLS client without session tickets, 1 for one that asks for a ticket, 2 for one that has one.",
			func(h *hello, p *core.Sample) bool {
				switch e, ok := h.extension(35); {
				case !ok:
					p.SetInt(0)
				case len(e) == 0:
					p.SetInt(1)
				default:
					p.SetInt(2)
				}
				return true
			}),
	)
}

// fromHello makes a fetch of something in the client's hello.
func fromHello(name string, out core.Type, doc string, get func(*hello, *core.Sample) bool) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.5", Doc: doc, OK: []string{name + " -m found"}},
		Out:     out, At: registry.RequestData, Needs: requestSide.buffer(),
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			b, ok := requestSide.raw(s)
			if !ok {
				return false
			}
			var h hello
			switch h.parse(b) {
			case incomplete:
				s.NeedMore()
				return false
			case foreign:
				return false
			}
			return get(&h, p)
		}),
	}
}

// helloType gives the type of a handshake message that begins a TLS connection.
func helloType(s *core.Stream, p *core.Sample, d side, want byte) bool {
	b, ok := d.raw(s)
	switch {
	case !ok:
		return false
	case len(b) == 0:
		s.NeedMore()
		return false
	case b[0] != recordHandshake:
		return false
	case len(b) < 9:
		s.NeedMore()
		return false
	case b[1] != 3 || b[5] != want:
		return false
	}
	length := int(b[3])<<8 | int(b[4])
	if size := int(b[6])<<16 | int(b[7])<<8 | int(b[8]); length < 4 || size < 34 || size+4 > length && length < 1<<14 {
		return false
	}
	if want == 1 && len(b) < 5+length {
		s.NeedMore()
		return false
	}
	p.SetInt(int64(want))
	return true
}

// recordHandshake is the type of TLS records that carry handshake messages.
const recordHandshake = 22

// progress is how far bytes tell what they are.
type progress uint8

const (
	complete progress = iota
	incomplete
	foreign // no hello
)

// hello is what a ClientHello says.
type hello struct {
	version    uint16
	extensions []byte
}

// parse reads the first record of a connection. A hello that does not fit into
// one record is foreign: none that fits a buffer is so long.
func (h *hello) parse(b []byte) progress {
	switch {
	case len(b) == 0:
		return incomplete
	case b[0] != recordHandshake:
		return foreign
	case len(b) < 5:
		return incomplete
	case b[1] != 3:
		return foreign
	}
	length := int(b[3])<<8 | int(b[4])
	if len(b) < 5+length {
		return incomplete
	}
	r := reader(b[5 : 5+length])
	kind, size := r.number(1), r.number(3)
	if kind != 1 || size > len(r) {
		return foreign
	}
	h.version = uint16(r.number(2))
	r.take(32)
	r.take(r.number(1)) // session id
	r.take(r.number(2)) // cipher suites
	r.take(r.number(1)) // compression methods
	if r == nil {
		return foreign
	}
	h.extensions = r.take(r.number(2))
	return complete
}

// extension returns the body of an extension by its number.
func (h *hello) extension(kind int) ([]byte, bool) {
	for r := reader(h.extensions); len(r) >= 4; {
		k, body := r.number(2), r.take(r.number(2))
		if r == nil {
			return nil, false
		}
		if k == kind {
			return body, true
		}
	}
	return nil, false
}

// serverName gives the first host name of the server name extension.
func (h *hello) serverName(p *core.Sample) bool {
	e, ok := h.extension(0)
	if !ok {
		return false
	}
	list := reader(e)
	for r := reader(list.take(list.number(2))); len(r) >= 3; {
		kind, name := r.number(1), r.take(r.number(2))
		if r != nil && kind == 0 {
			p.SetStr(name)
			return true
		}
	}
	return false
}

// protocol gives the name that comes first in the ALPN extension.
func (h *hello) protocol(p *core.Sample) bool {
	e, ok := h.extension(16)
	if !ok {
		return false
	}
	list := reader(e)
	r := reader(list.take(list.number(2)))
	name := r.take(r.number(1))
	p.SetStr(name)
	return name != nil
}

// reader takes bytes off a slice; it is nil once more were asked for than there
// are.
type reader []byte

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if *r == nil || n > len(*r) {
		*r = nil
		return nil
	}
	b := (*r)[:n]
	*r = (*r)[n:]
	return b
}

// number reads n bytes as a number.
func (r *reader) number(n int) int {
	v := 0
	for _, c := range r.take(n) {
		v = v<<8 | int(c)
	}
	return v
}
