package ssl

import (
	"crypto/tls"
	"strings"

	"gohap/runtime/certs"
)

// Verify is what is asked of the peer's certificate.
type Verify uint8

// The words of "verify"; Default leaves it to the line, or to the process.
const (
	Default Verify = iota
	None
	Optional
	Required
)

// Settings are what a bind or server line and a line of a crt-list may say both.
type Settings struct {
	Versions Versions
	// Ciphers, Suites13, Curves and Curve are lists in OpenSSL's language, "" for
	// the default.
	Ciphers, Suites13, Curves, Curve string
	// ALPN are the protocols to agree on, nil for none.
	ALPN    []string
	ALPNSet bool
	Verify  Verify
	// CA and CAVerify sign the peer's certificate, CRL lists those that are
	// revoked; nil for none.
	CA, CAVerify, CRL *certs.CA
	// NoCANames does not tell clients whose certificates are accepted.
	NoCANames bool
}

// Or fills what s does not say with what d says.
func (s Settings) Or(d *Settings) Settings {
	s.Versions = s.Versions.Or(d.Versions)
	fill(&s.Ciphers, d.Ciphers)
	fill(&s.Suites13, d.Suites13)
	fill(&s.Curves, d.Curves)
	fill(&s.Curve, d.Curve)
	if !s.ALPNSet {
		s.ALPN, s.ALPNSet = d.ALPN, d.ALPNSet
	}
	fill(&s.Verify, d.Verify)
	fill(&s.CA, d.CA)
	fill(&s.CAVerify, d.CAVerify)
	fill(&s.CRL, d.CRL)
	s.NoCANames = s.NoCANames || d.NoCANames
	return s
}

func fill[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// Spoken are the application protocols that gohap can serve or use. What a line
// names beside them is not agreed on with anybody.
var Spoken = map[string]bool{"h2": true, "http/1.1": true, "http/1.0": true}

// Protocols splits the argument of "alpn".
func Protocols(list string) []string {
	var all []string
	for p := range strings.SplitSeq(list, ",") {
		if p != "" && len(p) < 256 {
			all = append(all, p)
		}
	}
	return all
}

// offered are the protocols of a line that gohap speaks. A protocol that is not
// HTTP is passed on as it is.
func offered(alpn []string) []string {
	var all []string
	for _, p := range alpn {
		if http := p == "h2" || strings.HasPrefix(p, "http/"); !http || Spoken[p] {
			all = append(all, p)
		}
	}
	return all
}

// config makes the part of a configuration that both sides have. Lists that are
// wrong were refused before.
func (s *Settings) config() *tls.Config {
	c := &tls.Config{NextProtos: offered(s.ALPN), DynamicRecordSizingDisabled: true, CurvePreferences: defaultCurves}
	low, high, _, _, _ := s.Versions.Range()
	c.MinVersion, c.MaxVersion = low, high
	list := s.Ciphers
	if list == "" {
		list = "DEFAULT"
	}
	c.CipherSuites, _, _ = Ciphers(list)
	if s.Curves != "" {
		c.CurvePreferences, _, _ = Curves(s.Curves)
	} else if s.Curve != "" {
		c.CurvePreferences, _, _ = Curves(s.Curve)
	}
	return c
}
