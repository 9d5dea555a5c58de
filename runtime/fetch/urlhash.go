package fetch

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"

	"gohap/balance"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "baseq", Manual: "7.3.6", Doc: "The first Host header, the path and the query, one after the other.", OK: []string{"baseq -m beg www"}},
			Out:     core.Str, At: registry.RequestData,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !request(s) {
					return false
				}
				host, path := s.Req.Host(), s.Req.PathQuery()
				b := append(s.Scratch(len(host) + len(path))[:0], host...)
				p.SetStr(append(b, path...))
				return true
			}),
		},
		hashed("base32", "A hash of host and path.", baseHash), hashedSource("base32+src", "A hash of host and path, followed by the client's address.", baseHash),
		hashed("url32", "A hash of the first Host header and the URL.", urlHash), hashedSource("url32+src", "A hash of host and URL, followed by the client's address.", urlHash),
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "url_ip", Manual: "7.3.6", Doc: "The address in an absolute URL of the request.", OK: []string{"url_ip 10.0.0.0/8"}},
			Out:     core.IPv4, At: registry.RequestData, Method: "ip",
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !request(s) {
					return false
				}
				host, _ := splitPort(s.Req.Authority())
				if len(host) == 0 || len(host) > 45 {
					return false
				}
				a, err := netip.ParseAddr(string(bytes.Trim(host, "[]")))
				if err != nil {
					return false
				}
				p.SetIP(a)
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "url_port", Manual: "7.3.6", Doc: "The port in an absolute URL of the request, 80 without one.", OK: []string{"url_port 80"}},
			Out:     core.Sint, At: registry.RequestData,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !request(s) {
					return false
				}
				host, port := splitPort(s.Req.Authority())
				if len(host) == 0 || bytes.IndexByte(host, '@') >= 0 {
					return false
				}
				n, err := strconv.ParseUint(string(port), 10, 16)
				if len(port) == 0 {
					n, err = 80, nil
				}
				p.SetInt(int64(n))
				return err == nil
			}),
		},
	)
}

// splitPort cuts the port off a host.
func splitPort(host []byte) (name, port []byte) {
	if i := bytes.LastIndexByte(host, ':'); i >= 0 && bytes.IndexByte(host[i:], ']') < 0 {
		return host[:i], host[i+1:]
	}
	return host, nil
}

func baseHash(s *core.Stream) uint32 { return hostHash(s, s.Req.Path()) }
func urlHash(s *core.Stream) uint32  { return hostHash(s, s.Req.PathQuery()) }

// hostHash hashes the Host header and what follows it.
func hostHash(s *core.Stream, rest []byte) uint32 {
	host := s.Req.Host()
	b := append(s.Scratch(len(host) + len(rest))[:0], host...)
	return balance.Avalanche(balance.SDBM.Sum(append(b, rest...)))
}

func hashed(name, doc string, of func(*core.Stream) uint32) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.6", Doc: doc, OK: []string{name + " gt 0"}},
		Out:     core.Sint, At: registry.RequestData,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if !request(s) {
				return false
			}
			p.SetInt(int64(of(s)))
			return true
		}),
	}
}

func hashedSource(name, doc string, of func(*core.Stream) uint32) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.6", Doc: doc, OK: []string{name + " -m found"}},
		Out:     core.Bin, At: registry.RequestData,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if !request(s) || !s.Session.Src.IsValid() {
				return false
			}
			b := binary.BigEndian.AppendUint32(s.Scratch(20)[:0], of(s))
			a := s.Session.Src.Addr().Unmap()
			if a.Is4() {
				v := a.As4()
				b = append(b, v[:]...)
			} else {
				v := a.As16()
				b = append(b, v[:]...)
			}
			p.SetBin(b)
			return true
		}),
	}
}
