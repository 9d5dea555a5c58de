package converter

import (
	"bytes"
	"net/netip"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "ipmask", Manual: "7.3.1", Usage: "(<mask4>[,<mask6>])", Doc: "The network of an address.",
				OK: []string{"src,ipmask(24)", "src,ipmask(255.255.0.0,64)"}, Bad: []string{"src,ipmask", "src,ipmask(33)", "src,ipmask(24,129)"},
			},
			In: core.Addr, Out: core.IPv4, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgMask4, "mask4"), argument(registry.ArgMask6, "mask6")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				mask4, mask6 := a[0].IP, a[1].IP
				return func(_ *core.Stream, p *core.Sample) bool {
					ip := p.IP.Unmap()
					switch {
					case ip.Is4():
						p.IP, p.Type = masked(ip, mask4), core.IPv4
					case mask6.IsValid():
						p.IP, p.Type = masked(ip, mask6), core.IPv6
					default:
						return false
					}
					return true
				}, nil
			},
		},
		example(simple("host_only", "The host in the value of a Host header, without its port, in lower case.", core.Str, core.Str, func(s *core.Stream, p *core.Sample) bool {
			host, _ := hostPort(p.Bytes)
			p.SetStr(lowered(s, host))
			return true
		})),
		example(simple("port_only", "The port in the value of a Host header, 0 without one.", core.Str, core.Sint, func(_ *core.Stream, p *core.Sample) bool {
			_, port := hostPort(p.Bytes)
			n := int64(0)
			for _, c := range port {
				n = int64(uint32(n*10 + int64(c) - '0'))
			}
			p.SetInt(n)
			return true
		})),
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "language", Manual: "7.3.1", Usage: "(<value>[,<default>])", Doc: "The language of a list that an Accept-Language header likes best.",
				OK: []string{"req.fhdr(accept-language),language(es;fr;en)", "req.fhdr(accept-language),language(es;fr,en)"},
			},
			In: core.Str, Out: core.Str, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "value"), argument(registry.ArgString, "default")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				known, fallback, given := strings.Split(a[0].Text, ";"), []byte(a[1].Text), a[1].Given
				return func(_ *core.Stream, p *core.Sample) bool {
					if v, ok := preferred(p.Bytes, known); ok {
						p.SetStr(v)
						return true
					}
					p.SetStr(fallback)
					return given
				}, nil
			},
		},
		backendNumber("nbsrv", "The usable servers of the backend whose name the string is.", func(g *core.Graph, name []byte) (int64, bool) {
			be := g.Backends[string(name)]
			if be == nil {
				return 0, false
			}
			n := int64(0)
			for _, s := range be.Fleet().Servers {
				if s.Health.Usable() {
					n++
				}
			}
			return n, true
		}),
		backendNumber("srv_queue", "The streams that wait for the server that the string names, as backend/server.", func(g *core.Graph, name []byte) (int64, bool) {
			be, server, _ := bytes.Cut(name, []byte{'/'})
			p := g.Backends[string(be)]
			if p == nil {
				return 0, false
			}
			for _, s := range p.Fleet().Servers {
				if s.Name == string(server) {
					return int64(s.Queue.Len()), true
				}
			}
			return 0, false
		}),
		captured("capture-req", "Keeps the string in a captured request header; it goes on as it is.",
			func(s *core.Stream) ([]core.Capture, *[][]byte) {
				return s.Frontend.RequestCaptures, &s.RequestCaptures
			}),
		captured("capture-res", "Keeps the string in a captured response header; it goes on as it is.",
			func(s *core.Stream) ([]core.Capture, *[][]byte) {
				return s.Frontend.ResponseCaptures, &s.ResponseCaptures
			}),
	)
}

// masked returns the bits of an address that a mask of its family has.
func masked(ip, mask netip.Addr) netip.Addr {
	if ip.Is4() {
		b, m := ip.As4(), mask.As4()
		for i := range b {
			b[i] &= m[i]
		}
		return netip.AddrFrom4(b)
	}
	b, m := ip.As16(), mask.As16()
	for i := range b {
		b[i] &= m[i]
	}
	return netip.AddrFrom16(b)
}

// hostPort splits the value of a Host header.
func hostPort(v []byte) (host, port []byte) {
	if i := bytes.LastIndexByte(v, ':'); i >= 0 && bytes.IndexByte(v[i:], ']') < 0 {
		return v[:i], v[i+1:]
	}
	return v, nil
}

// preferred returns the element of an Accept-Language header with the highest
// weight, the first of several, among those known.
func preferred(header []byte, known []string) (best []byte, ok bool) {
	top := 0
	for rest, more := header, true; more; {
		var item []byte
		item, rest, more = http.Element(rest)
		name, params, _ := bytes.Cut(item, []byte{';'})
		name = bytes.TrimRight(name, " \t")
		q := weight(params)
		if q <= top {
			continue
		}
		for _, k := range known {
			if k == string(name) {
				best, top, ok = name, q, true
				break
			}
		}
	}
	return best, ok
}

// weight reads ";q=0.8" as thousandths, 1000 without one.
func weight(params []byte) int {
	params = bytes.TrimLeft(params, " \t")
	if len(params) < 3 || params[0]|0x20 != 'q' || params[1] != '=' {
		return 1000
	}
	n, scale := 0, 1000
	for _, c := range params[2:] {
		switch {
		case c == '.':
		case c >= '0' && c <= '9' && scale > 0:
			n += int(c-'0') * scale
			scale /= 10
		default:
			return n
		}
	}
	return n
}

// backendNumber makes a converter from a name to a number; names are looked up
// in the whole configuration.
func backendNumber(name, doc string, of func(*core.Graph, []byte) (int64, bool)) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.1", Doc: doc, OK: []string{"str(be)," + name}, Bad: []string{"str(be)," + name + "(1)"}},
		In:      core.Str, Out: core.Sint,
		Compile: func(c *registry.Compiler, _ []registry.Arg) (core.Convert, error) {
			g := c.Graph
			return func(_ *core.Stream, p *core.Sample) bool {
				n, ok := of(g, p.Bytes)
				p.SetInt(n)
				return ok
			}, nil
		},
	}
}

func captured(name, doc string, of func(*core.Stream) ([]core.Capture, *[][]byte)) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.1", Usage: "(<id>)", Doc: doc, Bad: []string{"str(a)," + name, "str(a)," + name + "(x)"}},
		In:      core.Str, Out: core.Str, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgInt, "id")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			id := int(a[0].Int)
			return func(s *core.Stream, p *core.Sample) bool {
				places, kept := of(s)
				if id < 0 || id >= len(places) {
					return false
				}
				for id >= len(*kept) {
					*kept = append(*kept, nil)
				}
				(*kept)[id] = s.Keep(p.Bytes[:min(len(p.Bytes), places[id].Len)])
				return true
			}, nil
		},
	}
}
