package fetch

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

// side is one of the two connections of a stream that may be TLS: that of the
// client ("fc") or that of the server ("bc").
type tlsSide struct {
	prefix, who string
	at          registry.Places
	needs       string
	state       func(*core.Stream) *core.TLSState
}

var tlsSides = []tlsSide{
	{"ssl_fc", "client", registry.L5Client, "", func(s *core.Stream) *core.TLSState { return s.Session.TLS }},
	{"ssl_bc", "server", registry.Responded, "server-side connection", func(s *core.Stream) *core.TLSState { return s.ServerTLS }},
}

func init() {
	for i := range tlsSides {
		sd := &tlsSides[i]
		registry.Fetches.Add(
			sd.always("", core.Bool, "True for a connection to the "+sd.who+" that is TLS.", func(t *core.TLSState, p *core.Sample) { p.SetBool(t != nil && t.Done) }),
			sd.done("_alg_keysize", core.Sint, "The size in bits of the cipher's key.", setKeySize),
			sd.done("_use_keysize", core.Sint, "The size in bits of the cipher's key that is used.", setKeySize),
			sd.text("_alpn", "The protocol agreed on (ALPN).", func(t *core.TLSState) string { return t.ALPN }),
			sd.text("_cipher", "OpenSSL's name of the cipher.", func(t *core.TLSState) string { return ssl.CipherName(t.Cipher) }),
			sd.text("_protocol", "The version of TLS.", func(t *core.TLSState) string { return ssl.VersionName(t.Version) }),
			sd.text("_npn", "The protocol agreed on by NPN: none, for Go does not have it.", func(*core.TLSState) string { return "" }),
			sd.done("_is_resumed", core.Bool, "True for a session that was resumed.", func(t *core.TLSState, p *core.Sample) { p.SetBool(t.Resumed) }),
			sd.fetch("_unique_id", core.Bin, "The connection's tls-unique (RFC 5929); TLS 1.3 has none.", func(t *core.TLSState, s *core.Stream, p *core.Sample) bool {
				if t == nil || len(t.Unique) == 0 {
					return false
				}
				p.SetBin(t.Unique)
				return true
			}),
			sd.always("_err", core.Sint, "OpenSSL's number of the error that ended the handshake.", func(t *core.TLSState, p *core.Sample) {
				p.SetInt(0)
				if t != nil && t.Failure != nil {
					p.SetInt(int64(t.Failure.Number()))
				}
			}),
			sd.fetch("_err_str", core.Str, "OpenSSL's text for the error that ended the handshake.", func(t *core.TLSState, s *core.Stream, p *core.Sample) bool {
				if t == nil || t.Failure == nil || t.Failure.Number() == 0 {
					return false
				}
				p.SetStr(fmt.Appendf(s.Scratch(96)[:0], "error:%08X:SSL routines::%s", t.Failure.Number(), t.Failure.Detail))
				return true
			}),
		)
	}
	fc := &tlsSides[0]
	registry.Fetches.Add(
		fc.text("_sni", "The name that the client asked for.", func(t *core.TLSState) string { return t.SNI }),
		fc.done("_has_sni", core.Bool, "True for a client that asked for a name.", func(t *core.TLSState, p *core.Sample) { p.SetBool(t.SNI != "") }),
		fc.done("_has_crt", core.Bool, "True for a client that has just shown a certificate.", func(t *core.TLSState, p *core.Sample) { p.SetBool(len(t.Peer) > 0 && !t.Resumed) }),
		fc.done("_has_early", core.Bool, "True for a request that came before the end of the handshake: never, for Go does not take any.",
			func(_ *core.TLSState, p *core.Sample) { p.SetBool(false) }),
		fc.hello("_cipherlist_bin", core.Str, "The ciphers that the client offers, two bytes each.", func(h *ssl.Hello) []uint16 { return h.Ciphers }, rawForm),
		fc.hello("_cipherlist_hex", core.Bin, "The ciphers that the client offers, in hexadecimal.", func(h *ssl.Hello) []uint16 { return h.Ciphers }, hexForm),
		fc.hello("_extlist_bin", core.Str, "The extensions in the client's hello, two bytes each.", func(h *ssl.Hello) []uint16 { return h.Extensions }, rawForm),
		fc.hello("_eclist_bin", core.Str, "The curves that the client offers, two bytes each.", func(h *ssl.Hello) []uint16 { return h.Curves }, rawForm),
		fc.fetch("_ecformats_bin", core.Str, "The point formats that the client offers.", func(t *core.TLSState, _ *core.Stream, p *core.Sample) bool {
			if t == nil || t.Hello == nil {
				return false
			}
			p.SetBin(t.Hello.Points)
			return true
		}),
		fc.fetch("_protocol_hello_id", core.Sint, "The version in the client's hello.", func(t *core.TLSState, _ *core.Stream, p *core.Sample) bool {
			if t == nil || t.Hello == nil {
				return false
			}
			p.SetInt(int64(min(t.Version, 0x303)))
			return true
		}),
	)
}

func (sd *tlsSide) fetch(name string, out core.Type, doc string, f func(*core.TLSState, *core.Stream, *core.Sample) bool) *registry.Fetch {
	state := sd.state
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: sd.prefix + name, Manual: "7.3.4", Doc: doc},
		Out:     out, At: sd.at, Needs: sd.needs,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool { return f(state(s), s, p) }),
	}
}

// always makes a fetch that has a value without TLS too.
func (sd *tlsSide) always(name string, out core.Type, doc string, set func(*core.TLSState, *core.Sample)) *registry.Fetch {
	return sd.fetch(name, out, doc, func(t *core.TLSState, _ *core.Stream, p *core.Sample) bool {
		set(t, p)
		return true
	})
}

// done makes a fetch of what a handshake came to.
func (sd *tlsSide) done(name string, out core.Type, doc string, set func(*core.TLSState, *core.Sample)) *registry.Fetch {
	return sd.fetch(name, out, doc, func(t *core.TLSState, _ *core.Stream, p *core.Sample) bool {
		if t == nil || !t.Done {
			return out == core.Bool && setFalse(p)
		}
		set(t, p)
		return true
	})
}

func setFalse(p *core.Sample) bool {
	p.SetBool(false)
	return true
}

func setKeySize(t *core.TLSState, p *core.Sample) { p.SetInt(int64(ssl.KeySize(t.Cipher))) }

// text makes a fetch of a string, which there is none of when it is empty.
func (sd *tlsSide) text(name, doc string, of func(*core.TLSState) string) *registry.Fetch {
	return sd.fetch(name, core.Str, doc, func(t *core.TLSState, s *core.Stream, p *core.Sample) bool {
		if t == nil {
			return false
		}
		v := of(t)
		p.SetStr(append(s.Scratch(len(v))[:0], v...))
		return v != ""
	})
}

// hello makes a fetch of a list in the client's hello. Its argument says whether to leave GREASE values out (RFC 8701).
func (sd *tlsSide) hello(name string, out core.Type, doc string, of func(*ssl.Hello) []uint16, form helloForm) *registry.Fetch {
	f := sd.fetch(name, out, doc, nil)
	f.Args = []registry.ArgSpec{{Kind: registry.ArgInt, Name: "filter"}}
	f.Compile = func(_ *registry.Compiler, args []registry.Arg) (core.Fetch, error) {
		filter := len(args) > 0 && args[0].Int != 0
		return func(s *core.Stream, p *core.Sample) bool {
			t := sd.state(s)
			if t == nil || t.Hello == nil {
				return false
			}
			list := of(t.Hello)
			b := s.Scratch(helloItem * len(list))[:0]
			for _, v := range list {
				if filter && v&0x0f0f == 0x0a0a && v>>8 == v&0xff {
					continue
				}
				b = form.add(b, v)
			}
			if form.text {
				p.SetStr(b)
			} else {
				p.SetBin(b)
			}
			return true
		}, nil
	}
	return f
}

// helloItem is how long an item of such a list is at most: the name of a suite.
const helloItem = 36

// helloForm is how such a list is shown.
type helloForm struct {
	add  func([]byte, uint16) []byte
	text bool
}

var (
	rawForm = helloForm{appendRaw, false}
	hexForm = helloForm{func(b []byte, v uint16) []byte { return fmt.Appendf(b, "%04X", v) }, true}
)

func appendRaw(b []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(b, v) }

func init() {
	for _, n := range []struct {
		name, doc string
		of        func(*ssl.Verdict) int
	}{
		{"ssl_c_verify", "The error about the client's certificate that counts, in OpenSSL's numbers.", func(v *ssl.Verdict) int { return v.Result }},
		{"ssl_c_err", "The first error about the client's certificate itself.", func(v *ssl.Verdict) int { return v.Leaf }},
		{"ssl_c_ca_err", "The first error about the issuers of the client's certificate.", func(v *ssl.Verdict) int { return v.CA }},
		{"ssl_c_ca_err_depth", "Where in the chain the first error about an issuer is.", func(v *ssl.Verdict) int { return v.Depth }},
	} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{Name: n.name, Manual: "7.3.4", Doc: n.doc, OK: []string{n.name + " " + strconv.Itoa(10)}},
			Out:     core.Sint, At: registry.L5Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				t := s.Session.TLS
				if t != nil {
					p.SetInt(int64(n.of(&t.Verdict)))
				}
				return t != nil
			}),
		})
	}
}
