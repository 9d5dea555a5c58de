package ssl

import (
	"strconv"
	"strings"

	"gohap/runtime/certs"
	"gohap/runtime/core"
	"gohap/runtime/ssl"
)

// Option is an option that fills [ssl.Settings].
type Option struct {
	Name, Doc, Sample string
	Arity             int
	// Missing is HAProxy's complaint about an argument that is not there, without
	// the option's name.
	Missing string
	// Bind, Server and List tell where the option may stand; List is a crt-list.
	Bind, Server, List bool
	// Set reads the argument. The error is HAProxy's text.
	Set func(g *core.Global, s *ssl.Settings, arg string) error
}

// Error is a complaint in HAProxy's words. Before is what it says first, in a
// message of its own.
type Error struct{ Before, Text string }

func (e *Error) Error() string { return e.Text }

func fault(text string) error { return &Error{Text: text} }

// Options are the options, by name.
var Options = map[string]*Option{}

func add(all ...*Option) {
	for _, o := range all {
		Options[o.Name] = o
	}
}

func init() {
	text := func(field func(*ssl.Settings) *string) func(*core.Global, *ssl.Settings, string) error {
		return func(_ *core.Global, s *ssl.Settings, arg string) error {
			*field(s) = arg
			return nil
		}
	}
	add(
		&Option{Name: "ciphers", Doc: "The ciphers up to TLS 1.2, in OpenSSL's language.", Sample: "ECDH+AESGCM:!aNULL", Arity: 1, Missing: "missing cipher suite",
			Bind: true, Server: true, List: true, Set: text(func(s *ssl.Settings) *string { return &s.Ciphers })},
		&Option{Name: "ciphersuites", Doc: "The cipher suites of TLS 1.3; checked, but all that Go has are in use.", Sample: "TLS_AES_128_GCM_SHA256", Arity: 1, Missing: "missing cipher suite",
			Bind: true, Server: true, List: true, Set: text(func(s *ssl.Settings) *string { return &s.Suites13 })},
		&Option{Name: "curves", Doc: "The curves of the key exchange.", Sample: "X25519:P-256", Arity: 1, Missing: "missing curve suite",
			Bind: true, List: true, Set: text(func(s *ssl.Settings) *string { return &s.Curves })},
		&Option{Name: "ecdhe", Doc: "The one curve of the key exchange.", Sample: "prime256v1", Arity: 1, Missing: "missing named curve",
			Bind: true, List: true, Set: text(func(s *ssl.Settings) *string { return &s.Curve })},
		&Option{Name: "alpn", Doc: "The protocols to agree on inside TLS.", Sample: "h2,http/1.1", Arity: 1, Missing: "missing the comma-delimited ALPN protocol suite",
			Bind: true, Server: true, List: true, Set: func(_ *core.Global, s *ssl.Settings, arg string) error {
				s.ALPN, s.ALPNSet = ssl.Protocols(arg), true
				return nil
			}},
		&Option{Name: "npn", Doc: "The predecessor of alpn; Go does not have it.", Arity: 1, Missing: "missing the comma-delimited NPN protocol suite",
			Bind: true, Server: true, List: true, Set: func(*core.Global, *ssl.Settings, string) error {
				return fault("'npn' : library does not support TLS NPN extension")
			}},
		&Option{Name: "verify", Doc: "What is asked of the peer's certificate.", Sample: "none", Arity: 1, Missing: "missing verify method", Bind: true, List: true,
			Set: func(_ *core.Global, s *ssl.Settings, arg string) error { return verify(s, arg) }},
		&Option{Name: "no-ca-names", Doc: "Does not tell clients whose certificates are accepted.", Bind: true, List: true,
			Set: func(_ *core.Global, s *ssl.Settings, _ string) error {
				s.NoCANames = true
				return nil
			}},
	)
	add(&Option{Name: "allow-0rtt", Doc: "Takes requests that come before the end of the handshake; Go takes none.", List: true, Server: true,
		Set: func(*core.Global, *ssl.Settings, string) error { return nil }})
	authority := func(name, doc, missing string, server bool, field func(*ssl.Settings) **certs.CA) *Option {
		return &Option{Name: name, Doc: doc, Sample: example(name), Arity: 1, Missing: missing, Bind: true, Server: server, List: true,
			Set: func(g *core.Global, s *ssl.Settings, arg string) error {
				path := CAPath(g, arg)
				ca, err := g.SSL.Store.CA(path)
				if err != nil {
					return &Error{Before: err.Error(), Text: "'" + name + "' : unable to load " + path}
				}
				*field(s) = ca
				return nil
			}}
	}
	add(
		authority("ca-file", "The CA certificates that the peer's is verified with.", "missing CAfile path", true, func(s *ssl.Settings) **certs.CA { return &s.CA }),
		authority("ca-verify-file", "CA certificates that verify clients and are not told to them.", "missing CAfile path", false,
			func(s *ssl.Settings) **certs.CA { return &s.CAVerify }),
		authority("crl-file", "Lists of revoked certificates.", "missing CRLfile path", true, func(s *ssl.Settings) **certs.CA { return &s.CRL }),
	)
	versions()
}

func verify(s *ssl.Settings, arg string) error {
	switch arg {
	case "none":
		s.Verify = ssl.None
	case "optional":
		s.Verify = ssl.Optional
	case "required":
		s.Verify = ssl.Required
	default:
		return fault("'verify' : unknown verify method '" + arg + "', only 'none', 'optional', and 'required' are supported")
	}
	return nil
}

// versions are the options about protocol versions.
func versions() {
	bound := func(name, doc, sample string, field func(*ssl.Versions) *uint16) *Option {
		return &Option{Name: name, Doc: doc, Sample: sample, Arity: 1, Missing: "missing the ssl/tls version", Bind: true, Server: true, List: true,
			Set: func(_ *core.Global, s *ssl.Settings, arg string) error {
				v, ok := ssl.VersionNames[arg]
				if !ok {
					return fault("'" + arg + "' : unknown ssl/tls version")
				}
				*field(&s.Versions) = v
				return nil
			}}
	}
	add(
		bound("ssl-min-ver", "The lowest protocol version.", "TLSv1.2", func(v *ssl.Versions) *uint16 { return &v.Min }),
		bound("ssl-max-ver", "The highest protocol version.", "TLSv1.3", func(v *ssl.Versions) *uint16 { return &v.Max }),
	)
	for name, v := range ssl.OptionVersions {
		label := "TLS 1." + strconv.Itoa(int(v-ssl.SSLv3)-1)
		if v == ssl.SSLv3 {
			label = "SSL 3"
		}
		add(
			&Option{Name: "no-" + name, Doc: "Does not speak " + label + ".", Bind: true, Server: true,
				Set: func(_ *core.Global, s *ssl.Settings, _ string) error {
					s.Versions.Disable(v)
					return nil
				}},
			&Option{Name: "force-" + name, Doc: "Speaks " + label + " only.", Bind: true, Server: true,
				Set: func(_ *core.Global, s *ssl.Settings, _ string) error {
					s.Versions.Min, s.Versions.Max = v, v
					return nil
				}},
		)
	}
}

// CAPath is where the name of a CA file leads ("ca-base").
func CAPath(g *core.Global, name string) string {
	if strings.HasPrefix(name, "@") {
		return name
	}
	return under(g.SSL.CABase, name)
}

// CrtPath is where the name of a certificate leads ("crt-base").
// Names of a crt-store's begin with "@".
func CrtPath(g *core.Global, name string) string {
	if strings.HasPrefix(name, "@") {
		return name
	}
	return under(g.SSL.CrtBase, name)
}

func under(base, name string) string {
	if base == "" || strings.HasPrefix(name, "/") {
		return name
	}
	return base + "/" + name
}

// example is a file for the examples of an option.
func example(option string) string {
	if option == "crl-file" {
		return "/etc/haproxy/crl.pem"
	}
	return "/etc/haproxy/ca.pem"
}
