package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/hash"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

// The samples here are of what a handshake forgets unless somebody asks for it.
func init() {
	keeps := []func(*core.GlobalTLS) *ssl.Keep{
		func(g *core.GlobalTLS) *ssl.Keep { return &g.Keep },
		func(g *core.GlobalTLS) *ssl.Keep { return &g.KeepServers },
	}
	for i := range tlsSides {
		sd, keep := &tlsSides[i], keeps[i]
		hellos := func(g *core.GlobalTLS) { keep(g).Hellos = true }
		registry.Fetches.Add(
			sd.kept("_client_random", core.Bin, "The random bytes in the client's hello.", hellos,
				func(k *ssl.Kept, b []byte) []byte { return append(b, k.Client[:]...) }),
			sd.kept("_server_random", core.Bin, "The random bytes in the server's hello.", hellos,
				func(k *ssl.Kept, b []byte) []byte { return append(b, k.Server[:]...) }),
			sd.kept("_session_id", core.Bin, "The session ID in the server's hello. In TLS 1.3 it is the one that the client has sent.", hellos,
				func(k *ssl.Kept, b []byte) []byte { return append(b, k.ID...) }),
			sd.kept("_session_key", core.Bin, "The master secret of the connection, up to TLS 1.2 and unless the session was resumed.", func(g *core.GlobalTLS) { keep(g).Master = true },
				func(k *ssl.Kept, b []byte) []byte { return append(b, k.Master...) }),
		)
	}
	for i := range tlsSides {
		// Those of servers came with later releases of HAProxy.
		for _, s := range []struct{ name, label string }{
			{"_client_handshake_traffic_secret", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"},
			{"_server_handshake_traffic_secret", "SERVER_HANDSHAKE_TRAFFIC_SECRET"},
			{"_client_traffic_secret_0", "CLIENT_TRAFFIC_SECRET_0"},
			{"_server_traffic_secret_0", "SERVER_TRAFFIC_SECRET_0"},
		} {
			keep := keeps[i]
			registry.Fetches.Add(tlsSides[i].kept(s.name, core.Str, "The "+s.label+" of TLS 1.3 in hexadecimal, with \"tune.ssl.keylog on\".",
				func(g *core.GlobalTLS) { keep(g).Secrets = true },
				func(k *ssl.Kept, b []byte) []byte { return append(b, k.Secret(s.label)...) }))
		}
	}
	fc := &tlsSides[0]
	for _, s := range []struct{ name, label string }{
		{"_client_early_traffic_secret", "CLIENT_EARLY_TRAFFIC_SECRET"},
		{"_early_exporter_secret", "EARLY_EXPORTER_SECRET"},
	} {
		registry.Fetches.Add(fc.text(s.name, "The "+s.label+" of TLS 1.3: none, for Go does not take early data.", func(*core.TLSState) string { return "" }))
	}
	registry.Fetches.Add(
		fc.hello("_cipherlist_str", core.Str, "OpenSSL's names of the ciphers that the client offers.", func(h *ssl.Hello) []uint16 { return h.Ciphers },
			helloForm{func(b []byte, v uint16) []byte {
				if len(b) > 0 {
					b = append(b, ',')
				}
				return ssl.AppendOffered(b, v)
			}, true}),
		fc.fetch("_cipherlist_xxh", core.Sint, "The XXHash of the ciphers that the client offers.", func(t *core.TLSState, s *core.Stream, p *core.Sample) bool {
			if t == nil || t.Hello == nil {
				return false
			}
			b := s.Scratch(2 * len(t.Hello.Ciphers))[:0]
			for _, v := range t.Hello.Ciphers {
				b = appendRaw(b, v)
			}
			p.SetInt(int64(hash.XXH64(b, 0)))
			return true
		}),
	)
}

// kept makes a fetch of what is kept because of it: want says so.
func (sd *tlsSide) kept(name string, out core.Type, doc string, want func(*core.GlobalTLS), add func(*ssl.Kept, []byte) []byte) *registry.Fetch {
	f := sd.fetch(name, out, doc, func(t *core.TLSState, s *core.Stream, p *core.Sample) bool {
		if t == nil || t.Kept == nil {
			return false
		}
		b := add(t.Kept, s.Scratch(128)[:0])
		if out == core.Bin {
			p.SetBin(b)
		} else {
			p.SetStr(b)
		}
		return len(b) > 0
	})
	compile := f.Compile
	f.Compile = func(c *registry.Compiler, args []registry.Arg) (core.Fetch, error) {
		want(&c.Graph.Global.SSL)
		return compile(c, args)
	}
	return f
}
