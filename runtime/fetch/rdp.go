package fetch

import (
	"bytes"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// RDP clients send a cookie in the first packet: 3 bytes of TPKT header, 7 bytes
// of X.224 connection request, "Cookie: name=value" and a line end.
func init() {
	for _, name := range []string{"req.rdp_cookie", "rdp_cookie"} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{
				Name: name, Manual: "7.3.5", Usage: "([<name>])", Doc: "The cookie that an RDP client sends first.", OK: []string{name + "(msts) -m found"},
			},
			Out: core.Str, At: registry.RequestData, Needs: requestSide.buffer(), Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				name := []byte(a[0].Text)
				return func(s *core.Stream, p *core.Sample) bool {
					v, ok := rdpCookie(s, name)
					if ok {
						p.SetStr(v)
					}
					return ok
				}, nil
			},
		})
	}
	for _, name := range []string{"req.rdp_cookie_cnt", "rdp_cookie_cnt"} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{
				Name: name, Manual: "7.3.5", Usage: "([<name>])", Doc: "1 when an RDP client sent a cookie of the name.", OK: []string{name + "(msts) gt 0"},
			},
			Out: core.Sint, At: registry.RequestData, Needs: requestSide.buffer(), Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				name := []byte(a[0].Text)
				return func(s *core.Stream, p *core.Sample) bool {
					if p.SetInt(0); carriesHTTP(s) {
						return true // but without one
					}
					if _, ok := rdpCookie(s, name); ok {
						p.SetInt(1)
						return true
					}
					b, ok := requestSide.raw(s)
					return ok && len(b) > rdpLeast
				}, nil
			},
		})
	}
}

// rdpLeast is what too short a packet has at most.
const rdpLeast = 13

var rdpStart = []byte("Cookie: ")

// rdpCookie returns the value of the RDP cookie, whose name must be the given
// one if there is one.
func rdpCookie(s *core.Stream, name []byte) ([]byte, bool) {
	b, ok := requestSide.raw(s)
	if !ok {
		return nil, false
	}
	if len(b) <= rdpLeast {
		s.NeedMore()
		return nil, false
	}
	if b[0] != 3 {
		return nil, false
	}
	size := int(b[2])<<8 | int(b[3])
	if len(b) < min(size, 1<<14) {
		s.NeedMore()
		return nil, false
	}
	b = b[11:max(min(size, len(b)), 11)]
	if len(b) < len(rdpStart) || !bytes.EqualFold(b[:len(rdpStart)], rdpStart) {
		return nil, false
	}
	line, _, ok := bytes.Cut(b[len(rdpStart):], []byte("\r\n"))
	if !ok {
		return nil, false
	}
	key, value, ok := bytes.Cut(line, []byte{'='})
	if !ok || len(name) > 0 && !bytes.EqualFold(key, name) {
		return nil, false
	}
	return value, true
}
