package ssl

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// The parts of an OCSP response that are shown (RFC 6960, 4.2.1).
type (
	ocspResponse struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type asn1.ObjectIdentifier
			Data []byte
		} `asn1:"explicit,tag:0,optional"`
	}
	ocspBasic struct {
		Data      ocspData
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
		Certs     []asn1.RawValue `asn1:"explicit,tag:0,optional"`
	}
	ocspData struct {
		Version    int `asn1:"optional,default:0,explicit,tag:0"`
		Responder  asn1.RawValue
		Produced   time.Time `asn1:"generalized"`
		Responses  []ocspSingle
		Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
	}
	ocspSingle struct {
		ID struct {
			Hash      pkix.AlgorithmIdentifier
			Name, Key []byte
			Serial    *big.Int
		}
		Good    asn1.Flag `asn1:"tag:0,optional"`
		Revoked struct {
			Time   time.Time       `asn1:"generalized"`
			Reason asn1.Enumerated `asn1:"explicit,tag:0,optional"`
		} `asn1:"tag:1,optional"`
		Unknown    asn1.Flag        `asn1:"tag:2,optional"`
		ThisUpdate time.Time        `asn1:"generalized"`
		NextUpdate time.Time        `asn1:"generalized,explicit,tag:0,optional"`
		Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
	}
)

var ocspReasons = []string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold",
	7: "", 8: "removeFromCRL",
}

var ocspHashes = map[string]string{"1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}

var ocspExtensions = map[string]string{"1.3.6.1.5.5.7.48.1.2": "OCSP Nonce", "1.3.6.1.4.1.11129.2.4.5": "CT Certificate SCTs"}

// DescribeOCSP tells of an OCSP response in the lines of "openssl ocsp -text". Of
// the certificates that come along only the PEM form is shown.
func DescribeOCSP(der []byte) (string, error) {
	var r ocspResponse
	var basic ocspBasic
	if _, err := asn1.Unmarshal(der, &r); err != nil {
		return "", err
	}
	if _, err := asn1.Unmarshal(r.Bytes.Data, &basic); err != nil {
		return "", err
	}
	d := &basic.Data
	var b strings.Builder
	fmt.Fprintf(&b, "OCSP Response Data:\n    OCSP Response Status: successful (0x%x)\n    Response Type: Basic OCSP Response\n", int(r.Status))
	fmt.Fprintf(&b, "    Version: %d (0x%x)\n    Responder Id: %s\n", d.Version+1, d.Version, responder(d.Responder))
	fmt.Fprintf(&b, "    Produced At: %s\n    Responses:\n", date(d.Produced))
	for i := range d.Responses {
		d.Responses[i].describe(&b)
	}
	describeExtensions(&b, "    Response Extensions:\n", d.Extensions)
	algorithm := crlSignature(&x509.RevocationList{SignatureAlgorithm: signatureOf(basic.Algorithm)})
	fmt.Fprintf(&b, "    Signature Algorithm: %s\n    Signature Value:", algorithm)
	for i, c := range basic.Signature.Bytes {
		switch {
		case i%18 == 0 && i > 0:
			b.WriteString(":\n        ")
		case i%18 == 0:
			b.WriteString("\n        ")
		default:
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02x", c)
	}
	b.WriteByte('\n')
	for _, c := range basic.Certs {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.FullBytes})
	}
	return b.String(), nil
}

// responder is who signs: a name, or the hash of a key.
func responder(v asn1.RawValue) string {
	if v.Tag == 1 {
		var name []string
		for _, p := range ParseName(v.Bytes) {
			name = append(name, p.Type+" = "+p.Value)
		}
		return strings.Join(name, ", ")
	}
	var key []byte
	asn1.Unmarshal(v.Bytes, &key)
	return fmt.Sprintf("%X", key)
}

func (s *ocspSingle) describe(b *strings.Builder) {
	hash := s.ID.Hash.Algorithm.String()
	if name, ok := ocspHashes[hash]; ok {
		hash = name
	}
	fmt.Fprintf(b, "    Certificate ID:\n      Hash Algorithm: %s\n      Issuer Name Hash: %X\n      Issuer Key Hash: %X\n      Serial Number: %X\n",
		hash, s.ID.Name, s.ID.Key, s.ID.Serial.Bytes())
	switch {
	case bool(s.Good):
		b.WriteString("    Cert Status: good\n")
	case bool(s.Unknown):
		b.WriteString("    Cert Status: unknown\n")
	default:
		fmt.Fprintf(b, "    Cert Status: revoked\n    Revocation Time: %s\n", date(s.Revoked.Time))
		if n := int(s.Revoked.Reason); n > 0 && n < len(ocspReasons) {
			fmt.Fprintf(b, "    Revocation Reason: %s (0x%x)\n", ocspReasons[n], n)
		}
	}
	fmt.Fprintf(b, "    This Update: %s\n", date(s.ThisUpdate))
	if !s.NextUpdate.IsZero() {
		fmt.Fprintf(b, "    Next Update: %s\n", date(s.NextUpdate))
	}
	describeExtensions(b, "    Response Single Extensions:\n", s.Extensions)
	b.WriteByte('\n')
}

func describeExtensions(b *strings.Builder, title string, all []pkix.Extension) {
	if len(all) == 0 {
		return
	}
	b.WriteString(title)
	for _, e := range all {
		name := e.Id.String()
		if n, ok := ocspExtensions[name]; ok {
			name = n
		}
		critical := ""
		if e.Critical {
			critical = "critical"
		}
		fmt.Fprintf(b, "        %s: %s\n            %X\n", name, critical, e.Value)
	}
}

// signatureOf is the algorithm of a signature.
func signatureOf(a pkix.AlgorithmIdentifier) x509.SignatureAlgorithm {
	return signatureOIDs[a.Algorithm.String()]
}

var signatureOIDs = map[string]x509.SignatureAlgorithm{
	"1.2.840.113549.1.1.5": x509.SHA1WithRSA, "1.2.840.113549.1.1.11": x509.SHA256WithRSA, "1.2.840.113549.1.1.12": x509.SHA384WithRSA,
	"1.2.840.113549.1.1.13": x509.SHA512WithRSA, "1.2.840.113549.1.1.10": x509.SHA256WithRSAPSS, "1.2.840.10045.4.1": x509.ECDSAWithSHA1,
	"1.2.840.10045.4.3.2": x509.ECDSAWithSHA256, "1.2.840.10045.4.3.3": x509.ECDSAWithSHA384, "1.2.840.10045.4.3.4": x509.ECDSAWithSHA512,
	"1.3.101.112": x509.PureEd25519,
}
