package ssl

import (
	"bytes"
	"crypto/x509"
	"errors"
	"time"
)

// Verdict is what is wrong with a peer's certificate, in the numbers of OpenSSL
// (X509_V_ERR_*, verify(1)).
type Verdict struct {
	// Result is the error that counts, 0 for none.
	Result int
	// CA is the first error about an issuer, at Depth; Leaf the first one about
	// the certificate itself.
	CA, Depth, Leaf int
}

// The errors in use.
const (
	errCRLSignature  = 8
	errNotYetValid   = 9
	errExpired       = 10
	errSelfSigned    = 18
	errSelfInChain   = 19
	errNoIssuer      = 20
	errLeafAlone     = 21
	errRevoked       = 23
	errNoCRL         = 3
	errPurpose       = 26
	errInvalidCA     = 79
	errUnspecified   = 1
	errCRLHasExpired = 12
)

// Errors is a set of such numbers ("ca-ignore-err").
type Errors [2]uint64

// MaxError is the highest number that OpenSSL knows.
const MaxError = 94

// Add adds a number.
func (e *Errors) Add(n int) { e[n/64] |= 1 << (n % 64) }

// AddAll adds all numbers.
func (e *Errors) AddAll() { *e = Errors{^uint64(0), ^uint64(0)} }

func (e *Errors) has(n int) bool { return e[n/64]&(1<<(n%64)) != 0 }

func (e *Errors) any() bool { return e[0]|e[1] != 0 }

// verifier checks peers' certificates.
type verifier struct {
	s     *Settings
	usage x509.ExtKeyUsage
}

// check verifies a chain as the peer sent it, the leaf first.
func (v *verifier) check(sent []*x509.Certificate) Verdict {
	leaf := sent[0]
	o := x509.VerifyOptions{Intermediates: x509.NewCertPool(), KeyUsages: []x509.ExtKeyUsage{v.usage}}
	for _, c := range sent[1:] {
		o.Intermediates.AddCert(c)
	}
	roots := []*x509.CertPool{}
	if v.s.CA != nil {
		roots = append(roots, v.s.CA.Content().Pool)
	}
	if v.s.CAVerify != nil {
		for _, c := range v.s.CA.Content().Certs {
			o.Intermediates.AddCert(c)
		}
		roots = append(roots, v.s.CAVerify.Content().Pool)
	}
	err := error(x509.UnknownAuthorityError{Cert: leaf})
	var chains [][]*x509.Certificate
	for _, o.Roots = range roots {
		if chains, err = leaf.Verify(o); err == nil {
			return v.revoked(chains[0])
		}
		if !errors.As(err, new(x509.UnknownAuthorityError)) {
			break
		}
	}
	return judge(err, sent)
}

// judge gives an error its number.
func judge(err error, sent []*x509.Certificate) Verdict {
	leaf := sent[0]
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, new(x509.UnknownAuthorityError)):
		if selfIssued(leaf) {
			return at(errSelfSigned, 0)
		}
		if last := sent[len(sent)-1]; len(sent) > 1 && selfIssued(last) {
			return at(errSelfInChain, len(sent)-1)
		}
		return at(errNoIssuer, len(sent)-1)
	case errors.As(err, &invalid):
		depth := 0
		for invalid.Cert != nil && depth < len(sent)-1 && !invalid.Cert.Equal(sent[depth]) {
			depth++
		}
		if depth == 0 && invalid.Cert != nil && !invalid.Cert.Equal(leaf) {
			depth = 1 // an issuer that the peer did not send
		}
		switch invalid.Reason {
		case x509.Expired:
			if invalid.Cert != nil && time.Now().Before(invalid.Cert.NotBefore) {
				return at(errNotYetValid, depth)
			}
			return at(errExpired, depth)
		case x509.IncompatibleUsage:
			return at(errPurpose, depth)
		case x509.NotAuthorizedToSign:
			return at(errInvalidCA, max(depth, 1))
		}
	}
	return at(errUnspecified, 0)
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }

func at(number, depth int) Verdict {
	if depth > 0 {
		return Verdict{Result: number, CA: number, Depth: depth}
	}
	return Verdict{Result: number, Leaf: number}
}

// revoked looks a verified chain up in the revocation lists. As with OpenSSL's
// CRL_CHECK_ALL each certificate but the root needs a list.
func (v *verifier) revoked(chain []*x509.Certificate) Verdict {
	if v.s.CRL == nil {
		return Verdict{}
	}
	for depth, c := range chain[:max(len(chain)-1, 1)] {
		issuer := chain[min(depth+1, len(chain)-1)]
		if n := v.lookUp(c, issuer); n != 0 {
			return at(n, depth)
		}
	}
	return Verdict{}
}

func (v *verifier) lookUp(c, issuer *x509.Certificate) int {
	found := errNoCRL
	for _, l := range v.s.CRL.Content().CRLs {
		if !bytes.Equal(l.RawIssuer, c.RawIssuer) {
			continue
		}
		if l.CheckSignatureFrom(issuer) != nil {
			found = errCRLSignature
			continue
		}
		for i := range l.RevokedCertificateEntries {
			if l.RevokedCertificateEntries[i].SerialNumber.Cmp(c.SerialNumber) == 0 {
				return errRevoked
			}
		}
		if !l.NextUpdate.IsZero() && time.Now().After(l.NextUpdate) {
			return errCRLHasExpired
		}
		return 0
	}
	return found
}
