package logtag

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

func init() {
	add("sslv", "The version of TLS that the client speaks.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			if s.Session.TLS == nil {
				return appendNothing(dst, f)
			}
			return appendText(dst, ssl.VersionName(s.Session.TLS.Version), f)
		})
	add("sslc", "The cipher of the client's connection, as OpenSSL calls it.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			switch t := s.Session.TLS; {
			case t == nil:
				return appendNothing(dst, f)
			case t.Cipher == 0:
				return appendText(dst, "(NONE)", f)
			default:
				return appendText(dst, ssl.CipherName(t.Cipher), f)
			}
		})
}
