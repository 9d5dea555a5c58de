package ssl

import (
	"crypto/tls"
	"slices"
	"strings"

	"gohap/runtime/certs"
)

// names finds contexts by the server name that a client asks for. It never
// changes.
type names struct {
	exact, wild map[string][]*choice
	first       *choice
}

// choice is a certificate with what is agreed on beside it.
type choice struct {
	pair     *certs.Pair
	settings *Settings
	config   *tls.Config
	excluded []string // names that a wildcard of the line does not stand for
}

// agrees tells whether one of the protocols that a client offers is spoken here,
// or there is nothing to agree on.
func (c *choice) agrees(offered []string) bool {
	ours := c.config.NextProtos
	return len(ours) == 0 || len(offered) == 0 || slices.ContainsFunc(offered, func(p string) bool { return slices.Contains(ours, p) })
}

// add enters a context under the names of its line, or of its certificate.
func (n *names) add(c *choice, filters []string) {
	if n.first == nil {
		n.first = c
	}
	if len(filters) == 0 {
		filters = c.pair.Names()
	}
	for _, f := range filters {
		f = strings.ToLower(f)
		if not, ok := strings.CutPrefix(f, "!"); ok {
			c.excluded = append(c.excluded, not)
			continue
		}
		f, m := wildcard(f, n)
		if !slices.Contains(m[f], c) {
			m[f] = append(m[f], c)
		}
	}
}

func wildcard(f string, n *names) (string, map[string][]*choice) {
	if rest, ok := strings.CutPrefix(f, "*"); ok {
		return rest, n.wild
	}
	return f, n.exact
}

// find returns the context for a client's hello, nil where no certificate has the
// name.
func (n *names) find(hello *tls.ClientHelloInfo) *choice {
	name := strings.ToLower(hello.ServerName)
	if name == "" {
		return nil
	}
	if c := best(n.exact[name], "", hello); c != nil {
		return c
	}
	if dot := strings.IndexByte(name, '.'); dot >= 0 {
		return best(n.wild[name[dot:]], name, hello)
	}
	return nil
}

// best is the first context of the kind that suits the client best.
func best(all []*choice, name string, hello *tls.ClientHelloInfo) *choice {
	var found *choice
	for _, c := range all {
		if name != "" && slices.Contains(c.excluded, name) {
			continue
		}
		switch kind := c.pair.Kind(); {
		case kind == certs.ECDSA && speaksECDSA(hello):
			return c
		case found == nil, kind == certs.RSA && found.pair.Kind() != certs.RSA:
			found = c
		}
	}
	return found
}

// speaksECDSA tells whether the client can verify an ECDSA signature.
func speaksECDSA(hello *tls.ClientHelloInfo) bool {
	signs := slices.ContainsFunc(hello.SignatureSchemes, func(s tls.SignatureScheme) bool {
		switch s {
		case tls.ECDSAWithP256AndSHA256, tls.ECDSAWithP384AndSHA384, tls.ECDSAWithP521AndSHA512, tls.ECDSAWithSHA1, tls.Ed25519:
			return true
		}
		return false
	})
	return signs && slices.ContainsFunc(hello.CipherSuites, func(id uint16) bool {
		switch id {
		case tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256:
			return true
		}
		return strings.Contains(CipherName(id), "-ECDSA-")
	})
}
