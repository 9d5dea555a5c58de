package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "src", Manual: "7.3.3",
				Doc: "The client's address, that of the PROXY header where there was one.",
				OK:  []string{"src 10.0.0.0/8", "src 127.0.0.1 ::1"},
				Bad: []string{"src(1) 10.0.0.1"},
			},
			Out: core.IPv4, At: registry.L4Client, Method: "ip",
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.Session.Src.IsValid() {
					return false
				}
				p.SetIP(s.Session.Src.Addr())
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "src_port", Manual: "7.3.3", Doc: "The client's port.",
				OK: []string{"src_port 1024:65535"},
			},
			Out: core.Sint, At: registry.L4Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.Session.Src.IsValid() {
					return false
				}
				p.SetInt(int64(s.Session.Src.Port()))
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "dst", Manual: "7.3.3", Doc: "The address that the client connected to.",
				OK: []string{"dst 192.168.0.0/16"},
			},
			Out: core.IPv4, At: registry.L4Client, Method: "ip",
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.Session.Dst.IsValid() {
					return false
				}
				p.SetIP(s.Session.Dst.Addr())
				return true
			}),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "dst_port", Manual: "7.3.3", Doc: "The port that the client connected to.",
				OK: []string{"dst_port 80 443"},
			},
			Out: core.Sint, At: registry.L4Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.Session.Dst.IsValid() {
					return false
				}
				p.SetInt(int64(s.Session.Dst.Port()))
				return true
			}),
		},
	)
}
