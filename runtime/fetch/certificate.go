package fetch

import (
	"crypto/sha1"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

// holder is whose certificate a family of fetches is about.
type holder struct {
	prefix, whose string
	at            registry.Places
	cert          func(*core.Stream) *x509.Certificate
}

var holders = []holder{
	{"ssl_c", "the client's", registry.L5Client, func(s *core.Stream) *x509.Certificate { return first(s.Session.TLS) }},
	{"ssl_f", "the proxy's own", registry.L5Client, func(s *core.Stream) *x509.Certificate {
		if t := s.Session.TLS; t != nil && t.Own != nil {
			return t.Own.Leaf()
		}
		return nil
	}},
	{"ssl_s", "the server's", registry.L5Client, func(s *core.Stream) *x509.Certificate { return first(s.ServerTLS) }},
}

// first is the peer's certificate.
func first(t *core.TLSState) *x509.Certificate {
	if t == nil || len(t.Peer) == 0 {
		return nil
	}
	return t.Peer[0]
}

func init() {
	for i := range holders {
		h := &holders[i]
		registry.Fetches.Add(
			h.fetch("_der", core.Bin, "%s certificate in DER.", func(c *x509.Certificate, _ *core.Stream, p *core.Sample) { p.SetBin(c.Raw) }),
			h.fetch("_serial", core.Bin, "The serial number of %s certificate.", func(c *x509.Certificate, s *core.Stream, p *core.Sample) {
				p.SetBin(serial(c, s))
			}),
			h.fetch("_sha1", core.Bin, "The SHA-1 fingerprint of %s certificate.", func(c *x509.Certificate, s *core.Stream, p *core.Sample) {
				sum := sha1.Sum(c.Raw)
				p.SetBin(s.Keep(sum[:]))
			}),
			h.fetch("_version", core.Sint, "The version of %s certificate.", func(c *x509.Certificate, _ *core.Stream, p *core.Sample) { p.SetInt(int64(c.Version)) }),
			h.text("_key_alg", "The kind of the key of %s certificate.", ssl.KeyAlgorithm),
			h.text("_sig_alg", "How %s certificate was signed.", ssl.SignatureAlgorithm),
			h.text("_notbefore", "From when on %s certificate is valid.", func(c *x509.Certificate) string { return c.NotBefore.UTC().Format(asn1Time) }),
			h.text("_notafter", "Until when %s certificate is valid.", func(c *x509.Certificate) string { return c.NotAfter.UTC().Format(asn1Time) }),
			h.name("_s_dn", "The subject of %s certificate, or one part of it.", func(c *x509.Certificate) []byte { return c.RawSubject }),
			h.name("_i_dn", "The issuer of %s certificate, or one part of its name.", func(c *x509.Certificate) []byte { return c.RawIssuer }),
		)
	}
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "ssl_c_used", Manual: "7.3.4", Doc: "True for a session with a client certificate, also if resumed.", OK: []string{"ssl_c_used"}},
			Out:     core.Bool, At: registry.L5Client,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetBool(first(s.Session.TLS) != nil)
				return true
			}),
		},
		chain("ssl_c_chain_der", "The certificates that the client sent beside its own, in DER.", registry.L5Client,
			func(s *core.Stream) *core.TLSState { return s.Session.TLS }, 1),
		chain("ssl_s_chain_der", "The certificates that the server sent, in DER.", registry.L5Client,
			func(s *core.Stream) *core.TLSState { return s.ServerTLS }, 0),
	)
}

// asn1Time is the form of a time in certificates.
const asn1Time = "060102150405Z"

// serial is the number's bytes, the highest first.
func serial(c *x509.Certificate, s *core.Stream) []byte {
	n := (c.SerialNumber.BitLen() + 7) / 8
	b := s.Scratch(max(n, 1))
	c.SerialNumber.FillBytes(b)
	return b
}

func (h *holder) fetch(name string, out core.Type, doc string, set func(*x509.Certificate, *core.Stream, *core.Sample)) *registry.Fetch {
	cert := h.cert
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: h.prefix + name, Manual: "7.3.4", Doc: sentence(doc, h.whose)},
		Out:     out, At: h.at,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			c := cert(s)
			if c != nil {
				set(c, s, p)
			}
			return c != nil
		}),
	}
}

func (h *holder) text(name, doc string, of func(*x509.Certificate) string) *registry.Fetch {
	return h.fetch(name, core.Str, doc, func(c *x509.Certificate, s *core.Stream, p *core.Sample) {
		v := of(c)
		p.SetStr(append(s.Scratch(len(v))[:0], v...))
	})
}

// name makes a fetch of a distinguished name.
func (h *holder) name(name, doc string, of func(*x509.Certificate) []byte) *registry.Fetch {
	f := h.fetch(name, core.Str, doc, nil)
	f.Args = []registry.ArgSpec{{Kind: registry.ArgString, Name: "entry"}, {Kind: registry.ArgInt, Name: "occurrence"}, {Kind: registry.ArgString, Name: "format"}}
	f.OK = []string{h.prefix + name + "(CN) -m str x", h.prefix + name + "(,0,rfc2253) -m found"}
	f.Bad = []string{h.prefix + name + "(,0,x) -m found"}
	f.Compile = func(_ *registry.Compiler, args []registry.Arg) (core.Fetch, error) {
		entry, nth, ldap := "", 0, false
		if len(args) > 0 {
			entry = args[0].Text
		}
		if len(args) > 1 && args[1].Given {
			nth = int(args[1].Int)
		}
		if len(args) > 2 && args[2].Given {
			if args[2].Text != "rfc2253" {
				return nil, errors.New("only rfc2253 or a zero-length string are supported")
			}
			ldap = true
		}
		return func(s *core.Stream, p *core.Sample) bool {
			c := h.cert(s)
			if c == nil {
				return false
			}
			n := ssl.ParseName(of(c))
			switch {
			case entry != "":
				v, ok := n.Find(entry, nth)
				p.SetStr(s.Keep([]byte(v)))
				return ok
			case ldap:
				p.SetStr(n.AppendRFC2253(s.Scratch(256)[:0]))
			default:
				p.SetStr(n.Append(s.Scratch(256)[:0]))
			}
			return len(n) > 0
		}, nil
	}
	return f
}

func chain(name, doc string, at registry.Places, of func(*core.Stream) *core.TLSState, from int) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.4", Doc: doc},
		Out:     core.Bin, At: at,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			t := of(s)
			if t == nil || len(t.Peer) <= from {
				return false
			}
			n := 0
			for _, c := range t.Peer[from:] {
				n += len(c.Raw)
			}
			b := s.Scratch(n)[:0]
			for _, c := range t.Peer[from:] {
				b = append(b, c.Raw...)
			}
			p.SetBin(b)
			return true
		}),
	}
}

// sentence fills in whose certificate a doc is about.
func sentence(doc, whose string) string {
	doc = fmt.Sprintf(doc, whose)
	return strings.ToUpper(doc[:1]) + doc[1:]
}
