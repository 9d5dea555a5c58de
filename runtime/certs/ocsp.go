package certs

import (
	"crypto/sha1"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"math/big"
	"time"

	"golang.org/x/crypto/ocsp"
)

// OCSPKey identifies a certificate in OCSP, as "show ssl ocsp-response" has it:
// the DER form of its [OCSPID] in hexadecimal, "" where its issuer is not known.
func OCSPKey(p *Pair) string {
	id := OCSPIDOf(p)
	if id == nil {
		return ""
	}
	der, err := asn1.Marshal(*id)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(der)
}

// OCSPID is what OCSP calls a certificate by: RFC 6960's CertID.
type OCSPID struct {
	Hash      pkix.AlgorithmIdentifier
	Name, Key []byte // hashes of the issuer's
	Serial    *big.Int
}

// OCSPIDOf is the identifier of a certificate, nil where its issuer is not known.
func OCSPIDOf(p *Pair) *OCSPID {
	if p.Issuer == nil {
		return nil
	}
	var key struct {
		Algorithm pkix.AlgorithmIdentifier
		Public    asn1.BitString
	}
	if _, err := asn1.Unmarshal(p.Issuer.RawSubjectPublicKeyInfo, &key); err != nil {
		return nil
	}
	name, public := sha1.Sum(p.Issuer.RawSubject), sha1.Sum(key.Public.RightAlign())
	return &OCSPID{
		Hash: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, Parameters: asn1.NullRawValue},
		Name: name[:], Key: public[:], Serial: p.Leaf().SerialNumber,
	}
}

// CheckOCSP tells whether b is an OCSP response about the certificate of p, in
// HAProxy's words where it is not.
func CheckOCSP(p *Pair, b []byte) error {
	if p.Issuer == nil {
		return errors.New("OCSP single response: Certificate ID does not match certificate and issuer")
	}
	return usable(ocsp.ParseResponseForCert(b, p.Leaf(), p.Issuer))
}

// ParseOCSP tells whether b is an OCSP response that can be used at all.
func ParseOCSP(b []byte) error { return usable(ocsp.ParseResponse(b, nil)) }

// clockSkew is how far the clock of who signs may be behind, as HAProxy has it.
const clockSkew = 5 * time.Minute

func usable(r *ocsp.Response, err error) error {
	var refused ocsp.ResponseError
	switch {
	case errors.As(err, &refused):
		return errors.New("OCSP response status not successful")
	case err != nil:
		return errors.New("Unable to parse OCSP response")
	case r.Status == ocsp.Unknown:
		return errors.New("OCSP single response: certificate status is unknown")
	case r.NextUpdate.IsZero():
		return errors.New("OCSP single response: missing nextupdate")
	case time.Now().After(r.NextUpdate.Add(clockSkew)):
		return errors.New("OCSP single response: no longer valid.")
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
