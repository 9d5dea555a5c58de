package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"gohap/runtime/rsasign"
)

// Pair is a certificate with its private key. It never changes.
type Pair struct {
	// Name is the name under which it was loaded.
	Name string
	// Chain is what the server sends: the certificate, then its issuers.
	Chain []*x509.Certificate
	// Key is the certificate's, as package rsasign wraps it.
	Key crypto.Signer
	// Issuer is the issuer's certificate where it is known, for OCSP.
	Issuer *x509.Certificate
	// OCSP and SCTL are sent along; nil for none.
	OCSP, SCTL []byte
	// TLS is the pair as crypto/tls takes it.
	TLS tls.Certificate
}

// Leaf is the certificate itself.
func (p *Pair) Leaf() *x509.Certificate { return p.Chain[0] }

// Kind tells certificates apart that a server may have for one name.
type Kind uint8

// The kinds, the preferred first.
const (
	ECDSA Kind = iota
	RSA
	Other
)

// Kind is the kind of the certificate's key.
func (p *Pair) Kind() Kind {
	switch p.Leaf().PublicKey.(type) {
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return ECDSA
	case *rsa.PublicKey:
		return RSA
	}
	return Other
}

// Names are the names that the certificate is for: those of its subject and of
// its alternative names.
func (p *Pair) Names() []string {
	names := append([]string(nil), p.Leaf().DNSNames...)
	for _, n := range p.Leaf().Subject.Names {
		if s, ok := n.Value.(string); ok && n.Type.Equal(oidCommonName) {
			names = append(names, s)
		}
	}
	return names
}

// readPEM splits a file into its certificates and the first private key. Other
// blocks, such as DH parameters, are left alone, and encrypted keys if there is no
// passphrase.
func readPEM(data []byte, pass string) (chain []*x509.Certificate, key crypto.Signer, err error) {
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			return chain, key, nil
		}
		switch b.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
			c, err := x509.ParseCertificate(b.Bytes)
			if err != nil {
				return nil, nil, err
			}
			chain = append(chain, c)
		case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
			if key != nil {
				continue
			}
			der, err := decrypt(b, pass)
			if err == errPassphrase && pass == "" {
				continue
			}
			if err == nil {
				key, err = parseKey(der)
			}
			if err != nil {
				return nil, nil, err
			}
		}
	}
}

// parseKey reads a private key, and has RSA keys sign as fast as this processor can.
func parseKey(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return rsasign.Wrap(k), nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	k, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	if s, ok := k.(crypto.Signer); ok {
		return rsasign.Wrap(s), nil
	}
	return nil, fmt.Errorf("private key of type %T", k)
}

// finish checks that key and certificate belong together, and makes p ready for
// crypto/tls.
func (p *Pair) finish() error {
	public, ok := p.Leaf().PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(p.Key.Public()) {
		return fmt.Errorf("inconsistencies between private key and certificate loaded '%s'.", p.Name)
	}
	p.TLS = tls.Certificate{PrivateKey: p.Key, Leaf: p.Leaf(), OCSPStaple: p.OCSP}
	for _, c := range p.Chain {
		p.TLS.Certificate = append(p.TLS.Certificate, c.Raw)
	}
	if p.SCTL != nil {
		p.TLS.SignedCertificateTimestamps = splitSCTL(p.SCTL)
	}
	return nil
}

// Complete checks a pair that was put together, and makes it ready.
func (p *Pair) Complete() error {
	if len(p.Chain) == 0 || p.Key == nil {
		return fmt.Errorf("The transaction must contain at least a certificate and a private key!")
	}
	return p.finish()
}

// splitSCTL takes a list of signed timestamps apart, nil if it is damaged.
func splitSCTL(b []byte) [][]byte {
	if len(b) < 2 || int(b[0])<<8|int(b[1]) != len(b)-2 {
		return nil
	}
	var all [][]byte
	for b = b[2:]; len(b) >= 2; {
		n := int(b[0])<<8 | int(b[1])
		if n == 0 || len(b)-2 < n {
			return nil
		}
		all = append(all, b[2:2+n])
		b = b[2+n:]
	}
	return all
}

// FromDER makes a pair of a certificate and its key.
func FromDER(name string, der []byte, key crypto.Signer) (*Pair, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	p := &Pair{Name: name, Chain: []*x509.Certificate{c}, Key: key}
	return p, p.finish()
}
