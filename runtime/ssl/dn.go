package ssl

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
)

// attributes are OpenSSL's short names of what distinguished names are made of.
var attributes = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "street",
	"2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description", "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode",
	"2.5.4.41": "name", "2.5.4.42": "GN", "2.5.4.43": "initials", "2.5.4.44": "generationQualifier", "2.5.4.45": "x500UniqueIdentifier",
	"2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym", "2.5.4.97": "organizationIdentifier",
	"1.2.840.113549.1.9.1": "emailAddress", "1.2.840.113549.1.9.2": "unstructuredName",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
	"1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

// Name is a distinguished name, its parts in the certificate's order.
type Name []NamePart

// NamePart is an attribute of a name. With says that it belongs together with the
// one before.
type NamePart struct {
	Type, Value string
	With        bool
}

// ParseName reads a name as certificates hold it.
func ParseName(der []byte) Name {
	var seq pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &seq); err != nil {
		return nil
	}
	var n Name
	for _, set := range seq {
		for i, a := range set {
			t := a.Type.String()
			if short, ok := attributes[t]; ok {
				t = short
			}
			n = append(n, NamePart{t, fmt.Sprint(a.Value), i > 0})
		}
	}
	return n
}

// Append appends the name in the form of openssl's "oneline".
func (n Name) Append(b []byte) []byte {
	for _, p := range n {
		b = append(append(append(append(b, '/'), p.Type...), '='), p.Value...)
	}
	return b
}

// AppendRFC2253 appends the name as LDAP writes it, the last part first.
func (n Name) AppendRFC2253(b []byte) []byte {
	for i := len(n) - 1; i >= 0; i-- {
		switch {
		case i == len(n)-1:
		case n[i+1].With:
			b = append(b, '+')
		default:
			b = append(b, ',')
		}
		b = append(append(b, n[i].Type...), '=')
		b = appendEscaped(b, n[i].Value)
	}
	return b
}

func appendEscaped(b []byte, v string) []byte {
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case bytes.IndexByte([]byte(`,+"\<>;`), c) >= 0, (c == ' ' || c == '#') && i == 0, c == ' ' && i == len(v)-1:
			b = append(b, '\\', c)
		case c < ' ' || c >= 0x7f:
			b = fmt.Appendf(b, "\\%02X", c)
		default:
			b = append(b, c)
		}
	}
	return b
}

// Find returns the nth value of a type, counted from 1, or from the end where n
// is negative.
func (n Name) Find(kind string, nth int) (string, bool) {
	if nth >= 0 {
		for _, p := range n {
			if p.Type == kind {
				if nth <= 1 {
					return p.Value, true
				}
				nth--
			}
		}
		return "", false
	}
	for i := len(n) - 1; i >= 0; i-- {
		if n[i].Type == kind {
			if nth++; nth == 0 {
				return n[i].Value, true
			}
		}
	}
	return "", false
}
