package certs

import (
	"errors"

	"golang.org/x/crypto/ocsp"
)

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
