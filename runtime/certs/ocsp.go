package certs

import (
	"crypto/sha1"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"math/big"

	"golang.org/x/crypto/ocsp"
)

// OCSPKey identifies a certificate in OCSP, as "show ssl ocsp-response" has it:
// the DER form of hashes of its issuer and of its serial number.
func OCSPKey(p *Pair) string {
	if p.Issuer == nil {
		return ""
	}
	var key struct {
		Algorithm pkix.AlgorithmIdentifier
		Public    asn1.BitString
	}
	if _, err := asn1.Unmarshal(p.Issuer.RawSubjectPublicKeyInfo, &key); err != nil {
		return ""
	}
	name, public := sha1.Sum(p.Issuer.RawSubject), sha1.Sum(key.Public.RightAlign())
	der, err := asn1.Marshal(certID{
		Hash: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, Parameters: asn1.NullRawValue},
		Name: name[:], Key: public[:], Serial: p.Leaf().SerialNumber,
	})
	if err != nil {
		return ""
	}
	return hex.EncodeToString(der)
}

// certID is RFC 6960's.
type certID struct {
	Hash      pkix.AlgorithmIdentifier
	Name, Key []byte
	Serial    *big.Int
}

// CheckOCSP tells whether b is an OCSP response about the certificate of p, in
// HAProxy's words where it is not.
func CheckOCSP(p *Pair, b []byte) error {
	if p.Issuer == nil {
		return errors.New("OCSP single response: Certificate ID does not match certificate and issuer")
	}
	r, err := ocsp.ParseResponseForCert(b, p.Leaf(), p.Issuer)
	var e ocsp.ResponseError
	switch {
	case errors.As(err, &e):
		return errors.New("OCSP response status not successful")
	case err != nil:
		return errors.New("Unable to parse OCSP response")
	case r.Status == ocsp.Unknown:
		return errors.New("OCSP single response: certificate status is unknown")
	}
	return nil
}

// ParseOCSP tells whether b is an OCSP response at all.
func ParseOCSP(b []byte) error {
	_, err := ocsp.ParseResponse(b, nil)
	var refused ocsp.ResponseError
	switch {
	case errors.As(err, &refused):
		return errors.New("OCSP response status not successful")
	case err != nil:
		return errors.New("Unable to parse OCSP response")
	}
	return nil
}

// WithOCSP is p with another OCSP response.
func (p *Pair) WithOCSP(b []byte) *Pair {
	c := *p
	c.OCSP = b
	c.TLS.OCSPStaple = b
	return &c
}
