package ssl

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"strings"
	"time"
)

// Describe tells of a certificate in the lines of "show ssl cert".
func Describe(c *x509.Certificate) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Serial: %X\n", c.SerialNumber.Bytes())
	fmt.Fprintf(&b, "notBefore: %s\nnotAfter: %s\n", date(c.NotBefore), date(c.NotAfter))
	var names []string
	for _, n := range c.DNSNames {
		names = append(names, "DNS:"+n)
	}
	for _, ip := range c.IPAddresses {
		names = append(names, "IP Address:"+ip.String())
	}
	for _, m := range c.EmailAddresses {
		names = append(names, "email:"+m)
	}
	for _, u := range c.URIs {
		names = append(names, "URI:"+u.String())
	}
	fmt.Fprintf(&b, "Subject Alternative Name: %s\n", strings.Join(names, ", "))
	fmt.Fprintf(&b, "Algorithm: %s\n", KeyKind(c))
	fmt.Fprintf(&b, "SHA1 FingerPrint: %X\n", sha1.Sum(c.Raw))
	fmt.Fprintf(&b, "Subject: %s\nIssuer: %s\n", ParseName(c.RawSubject).Append(nil), ParseName(c.RawIssuer).Append(nil))
	return b.String()
}

// date is OpenSSL's form of a time.
func date(t time.Time) string { return t.UTC().Format("Jan _2 15:04:05 2006 GMT") }

// KeyKind is the kind and size of a certificate's key: "RSA2048", "EC256".
func KeyKind(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprint("RSA", k.N.BitLen())
	case *ecdsa.PublicKey:
		return fmt.Sprint("EC", k.Curve.Params().BitSize)
	}
	return "UNKNOWN"
}

// DescribeCRL tells of a revocation list in the lines of "show ssl crl-file".
func DescribeCRL(l *x509.RevocationList) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Version 2\nSignature Algorithm: %s\n", crlSignature(l))
	fmt.Fprintf(&b, "Issuer: %s\nLast Update: %s\nNext Update: %s\nRevoked Certificates:\n", ParseName(l.RawIssuer).Append(nil), date(l.ThisUpdate), date(l.NextUpdate))
	for _, e := range l.RevokedCertificateEntries {
		fmt.Fprintf(&b, "    Serial Number: %X\n        Revocation Date: %s\n", e.SerialNumber.Bytes(), date(e.RevocationTime))
	}
	return b.String()
}

// crlSignature is OpenSSL's long name of how a list was signed.
func crlSignature(l *x509.RevocationList) string {
	name := SignatureAlgorithm(&x509.Certificate{SignatureAlgorithm: l.SignatureAlgorithm})
	if hash, ok := strings.CutPrefix(name, "RSA-"); ok {
		return strings.ToLower(hash) + "WithRSAEncryption"
	}
	return name
}
